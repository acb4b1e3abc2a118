"""The rich part of the demo: two years of an office's life, every state of the flow with people behind it."""

import json
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

import proposals.actions as entry
from notices.actions import announce
from notices.actions import tell as tell_news
from notices.models import Notice
from proposals.queries.rules import fingerprint
from uep.access.roles import Role
from uep.demo.accounts import BAKONSU, BELANTIKAN, KINIPAN, KUDANGAN, KUJAN, MELATA, NANGA_BULIK, PURWAREJA
from uep.demo.batches import Batch, Fate, Pace
from uep.demo.decreed import Course, Until
from uep.demo.namesakes import namesake
from uep.demo.objections import closed_window
from uep.demo.ranked import more_than_enough
from uep.demo.registry import bring_registry
from uep.demo.stage import Stage
from uep.office.models import ActingAppointment, Bank, LegalBasis, Official
from uep.registry.models import Region
from verification.actions import set_day_limits

FIRST_DAY = 320  # working days before the last one, as all days ago in this file
READ_AFTER = timedelta(days=6)  # older notices have been read
MILLION = 1_000_000
SLOW = Pace(disposed=1, checked=2, visited=2, validated=1)


@transaction.atomic
def make_core(regency: str, *, seed: int) -> None:
    """Make accounts, officials, programmes and their stories, each act by the real actions on its own past day.

    All or nothing; about a hundred and thirty proposals. Whatever the date and the hour, most of the work that waits is in
    time, and something on nearly every desk is overdue.
    """
    stage = Stage(regency, seed=seed, days=FIRST_DAY)
    cite_for_amendments()
    appoint(stage, first=301, last=293)
    last, this, women = programmes(stage)
    last_year(stage, last)
    this_year(stage, this)
    women_headed(stage, women)
    more_than_enough(stage)
    stage.play()
    hilly_districts(stage)
    bring_registry(stage)
    tell_everyone()


def hilly_districts(stage: Stage) -> None:
    """In the hills of Delang and Batang Kawa a team sees half as many households a day."""
    hilly = Region.objects.districts().filter(
        name__in=["Delang", "Batang Kawa"], pk__startswith=stage.villages[0].pk[:5]
    )
    hilly = hilly.values_list("pk", flat=True)
    stage.act(set_day_limits, None, by=stage.who("kabid"), limits=dict.fromkeys(hilly, 5))


def cite_for_amendments() -> None:
    """An amending decree cites the laws that the decree cites; an administrator would tick that on the office's page."""
    for law in LegalBasis.objects.filter(kinds__contains=["sk"]).exclude(kinds__contains=["sk_perubahan"]):
        law.kinds = [*law.kinds, "sk_perubahan"]
        law.save(update_fields=["kinds"])


def appoint(stage: Stage, *, first: int, last: int) -> None:
    """The secretary stood in for the head of office for some days, and signed a decree then."""
    secretary = Official.objects.select_related("post").get(post__role=Role.SECRETARY)
    head = Official.objects.select_related("post").get(post__role=Role.OFFICE_HEAD)
    starts = stage.day(first)
    ActingAppointment.objects.create(
        post=head.post,
        official=secretary,
        kind=ActingAppointment.Kind.PLH,
        letter_number=f"800.1.11.1/{starts:%j}/BKPSDM",
        letter_date=starts - timedelta(days=3),
        starts=starts,
        ends=stage.day(last),
    )


def programmes(stage: Stage):
    """Last year's, finished; this year's, open; and one for women, signed by the regent and paid by another bank."""
    today, banks = stage.today, list(Bank.objects.order_by("pk"))

    def facts(name, year, quota, amount, opens, closes, **more):
        return {
            "name": name,
            "year": year,
            "budget": quota * amount,
            "amount": amount,
            "quota": quota,
            "opens_on": stage.day(opens),
            "closes_on": closes,
            "age_on": date(year, 6, 30),
            "signatory": Role.OFFICE_HEAD,
            "bank": banks[0],
            "account_code": "5.1.06.01.01.0001",
            "dpa_number": f"DPA/A.1/1.06.2.08.0.00.01.0000/001/{year}",
        } | more

    return (
        stage.programme(**facts("Usaha Ekonomi Produktif", today.year - 1, 30, 5 * MILLION, FIRST_DAY, stage.day(303))),
        stage.programme(
            **facts("Usaha Ekonomi Produktif", today.year, 60, 5 * MILLION, 75, today + timedelta(days=40))
        ),
        stage.programme(
            **facts(
                "UEP Perempuan Kepala Keluarga",
                today.year,
                20,
                4 * MILLION,
                40,
                today + timedelta(days=25),
                signatory=Role.REGENT,
                bank=banks[1],
            )
        ),
    )


def tell(stage: Stage, programme, place: int, fates: dict[Fate, int], *, ago: int, **more) -> Batch:
    batch = Batch(stage, programme, stage.villages[place], fates, **more)
    stage.tell(batch.story(), ago=ago)
    return batch


def chosen(*batches: Batch, fate: Fate = Fate.CHOSEN, part: slice = slice(None)):
    """For a decree that is drafted later: who of the batches is meant for it by then."""
    return lambda: [proposal for batch in batches for proposal in batch.of(fate)][part]


def last_year(stage: Stage, programme) -> None:
    """Everything has come to its end, by way of a stand-in, an amending decree and a failed payment."""
    households = {Fate.CHOSEN: 8, Fate.DECLINED: 1, Fate.RESERVE: 1, Fate.WITHDRAWN: 1}
    batches = [
        tell(stage, programme, NANGA_BULIK, households, ago=312, pace=SLOW),
        tell(stage, programme, KUDANGAN, {Fate.CHOSEN: 6, Fate.REJECTED: 1}, ago=306),
        tell(stage, programme, PURWAREJA, {Fate.CHOSEN: 6, Fate.DECLINED: 1, Fate.WAITLISTED: 1}, ago=305),
    ]
    course = Course(
        stage, programme, f"Penetapan Penerima Bantuan UEP Tahun {programme.year}", chosen(*batches), Until.DONE,
        signer="sekretaris", mended_accounts=1, absent=3, invited_again=True, failed=2, mended_failures=2, mentored=5,
        removed=1, replaced_by=chosen(batches[0], fate=Fate.RESERVE),
    )  # fmt: skip
    stage.tell(course.story(), ago=300)


def this_year(stage: Stage, programme) -> None:
    """A decree whose last recipients are long overdue, and households at every step that are in time."""
    first = [
        tell(stage, programme, NANGA_BULIK, {Fate.CHOSEN: 9, Fate.DECLINED: 1, Fate.WAITLISTED: 1}, ago=46, pace=SLOW),
        tell(stage, programme, KUJAN, {Fate.CHOSEN: 8, Fate.REJECTED: 1, Fate.WITHDRAWN: 1}, ago=42),
        tell(stage, programme, KINIPAN, {Fate.CHOSEN: 6, Fate.OBJECTED: 1}, ago=41, pace=Pace(objected=37)),
    ]
    title = f"Penetapan Penerima Bantuan UEP Tahap {{}} Tahun {programme.year}"
    troubled = Course(
        stage, programme, title.format("I"), chosen(*first), Until.PAID, wrong_accounts=1, mended_accounts=1, unchecked=1,
        absent=2, failed=2, mended_failures=1, paid=17, handed_over=15, mentored=4, amendment_drafted=True,
    )  # fmt: skip
    stage.tell(troubled.story(), ago=36)
    paying = tell(stage, programme, NANGA_BULIK, {Fate.CHOSEN: 8}, ago=8)
    agreed = tell(stage, programme, KUDANGAN, {Fate.CHOSEN: 4}, ago=7)
    at_bank = tell(stage, programme, KUJAN, {Fate.CHOSEN: 5}, ago=6)
    going_up = tell(stage, programme, BAKONSU, {Fate.CHOSEN: 5}, ago=5)
    last = tell(stage, programme, PURWAREJA, {Fate.CHOSEN: 7, Fate.ELIGIBLE: 2, Fate.WAITLISTED: 1}, ago=4)
    paid = {"failed": 1, "paid": 4, "handed_over": 2}
    for name, households, until, ago, trouble in (
        ("II", chosen(paying), Until.PAID, 3, paid),
        ("III", chosen(agreed), Until.AGREED, 2, {}),
        ("IV", chosen(at_bank), Until.SIGNED, 2, {"unchecked": 3, "wrong_accounts": 1}),
        ("V", chosen(going_up), Until.ENDORSED, 1, {}),
        ("VI", chosen(last, part=slice(4)), Until.SENT_UP, 0, {}),
        ("VII", chosen(last, part=slice(4, None)), Until.DRAFTED, 0, {}),
    ):
        stage.tell(Course(stage, programme, title.format(name), households, until, **trouble).story(), ago=ago)
    stage.tell(to_be_tried(stage, programme), ago=3)
    everything = {
        Fate.VISITED: 3, Fate.REVISIT: 1, Fate.AWAY: 1, Fate.SENT_FOR: 2, Fate.AT_FIELD: 2, Fate.RETURNED: 2, Fate.ANSWERED: 1,
        Fate.AT_DESK: 2,
    }  # fmt: skip
    tell(stage, programme, NANGA_BULIK, everything, ago=2, pace=Pace(visited=0))
    tell(stage, programme, KINIPAN, {Fate.AT_DESK: 2, Fate.RETURNED: 1, Fate.AT_FIELD: 1}, ago=6)
    tell(stage, programme, MELATA, {Fate.AT_DESK: 4}, ago=1)
    tell(stage, programme, KUDANGAN, {Fate.WAITING: 2, Fate.SENT_BACK: 1}, ago=2)
    newest = {Fate.WAITING: 3, Fate.DRAFT: 3, Fate.HALF_DRAFT: 1}
    tell(stage, programme, NANGA_BULIK, newest, ago=0, sent_at=stage.just_now())
    again = Batch(stage, programme, stage.villages[NANGA_BULIK], {Fate.AT_DESK: 2}, again=[namesake])
    stage.tell(again.story(), ago=3)
    stage.tell(closed_window(stage, programme, stage.villages[NANGA_BULIK]), ago=34)
    tell(stage, programme, KINIPAN, {Fate.DRAFT: 2}, ago=2)


def stricter(stage: Stage, programme):
    """Kabid asks for three years of business, with exceptions in writing; a day later that is in force."""
    kabid = stage.who("kabid")
    note = "Usaha sedikitnya tiga tahun; pengecualian dengan alasan tertulis"
    rule_set = stage.act(entry.draft_rules, programme, by=kabid, note=note)
    business = {"is_on": True, "level": "fail", "may_be_overridden": True, "parameters": {"min_years": 3}}
    seen = fingerprint(rule_set)
    stage.act(entry.edit_rules, rule_set, by=kabid, rules={"business": business}, note=note, seen=seen)
    yield 1
    stage.act(entry.enact_rules, rule_set, by=stage.who("kabid"))


def to_be_tried(stage: Stage, programme):
    """A draft that Kabid has not made up the mind about: try it on last year's proposals."""
    kabid = stage.who("kabid")
    note = "Umur dibatasi sampai 50 tahun"
    rule_set = stage.act(entry.draft_rules, programme, by=kabid, note=note)
    limits = {"min_age": 18, "max_age": 50}
    age = {"is_on": True, "level": "fail", "may_be_overridden": True, "parameters": limits}
    seen = fingerprint(rule_set)
    stage.act(entry.edit_rules, rule_set, by=kabid, rules={"age": age}, note=note, seen=seen)
    yield 1


def women_headed(stage: Stage, programme) -> None:
    """The regent's decrees: one signed and at the bank, two waiting for the regent, of which one has waited too long.

    Stricter rules than the other programmes' hold in this one.
    """
    stage.tell(stricter(stage, programme), ago=20)
    signed = tell(stage, programme, BELANTIKAN, {Fate.CHOSEN: 6}, ago=6, women_only=True)
    forgotten = tell(stage, programme, KUJAN, {Fate.CHOSEN: 3}, ago=14, women_only=True)
    fresh = tell(stage, programme, MELATA, {Fate.CHOSEN: 4, Fate.DECLINED: 1}, ago=5, women_only=True)
    title = f"Penetapan Penerima Bantuan UEP Perempuan Kepala Keluarga Tahap {{}} Tahun {programme.year}"
    for name, households, until, ago in (
        ("I", chosen(signed), Until.SIGNED, 2),
        ("II", chosen(forgotten), Until.ENDORSED, 10),
        ("III", chosen(fresh), Until.ENDORSED, 1),
    ):
        trouble = {"wrong_accounts": 1, "unchecked": 3} if until == Until.SIGNED else {}
        stage.tell(Course(stage, programme, title.format(name), households, until, **trouble).story(), ago=ago)


def tell_everyone() -> None:
    """Send the notices of all that happened; what is older than some days has been read."""
    while announce():
        pass
    asked = "FROM procrastinate_jobs WHERE task_name = ANY(%s) AND status = 'todo'"
    with connection.cursor() as cursor:  # each act has asked for it; that is done now
        cursor.execute(f"SELECT args {asked}", [["notices.tell"]])
        for [args] in cursor.fetchall():
            tell_news(**json.loads(args))
        cursor.execute(f"DELETE {asked}", [["notices.announce", "notices.tell"]])
    Notice.objects.filter(at__lt=timezone.now() - READ_AFTER).update(read_at=timezone.now() - READ_AFTER)
