"""The rich part of the demo: two years of an office's life, every state of the flow with people behind it."""

from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from notices.actions import announce
from notices.models import Notice
from uep.access.roles import Role
from uep.demo.accounts import BAKONSU, BELANTIKAN, KINIPAN, KUDANGAN, KUJAN, MELATA, NANGA_BULIK, PURWAREJA
from uep.demo.batches import Batch, Fate
from uep.demo.decreed import Course, Until
from uep.demo.namesakes import namesake
from uep.demo.objections import window_that_closed, window_that_runs
from uep.demo.stage import Stage
from uep.office.models import ActingAppointment, Bank, LegalBasis, Official

FIRST_DAY = 470  # days ago
READ_AFTER = timedelta(days=6)  # older notices have been read
MILLION = 1_000_000


@transaction.atomic
def make_core(regency: str, *, seed: int) -> None:
    """Make accounts, officials, programmes and their stories, each act by the real actions on its own past day.

    All or nothing; about a hundred and twenty proposals.
    """
    today = timezone.localdate()
    stage = Stage(regency, today=today, seed=seed, days=FIRST_DAY)
    cite_for_amendments()
    appoint(stage, days_ago=416, length=9)
    last, this, women = programmes(stage)
    last_year(stage, last)
    this_year(stage, this)
    women_headed(stage, women)
    stage.play()
    tell_everyone()


def cite_for_amendments() -> None:
    """An amending decree cites the laws that the decree cites; an administrator would tick that on the office's page."""
    for law in LegalBasis.objects.filter(kinds__contains=["sk"]).exclude(kinds__contains=["sk_perubahan"]):
        law.kinds = [*law.kinds, "sk_perubahan"]
        law.save(update_fields=["kinds"])


def appoint(stage: Stage, *, days_ago: int, length: int) -> None:
    """The secretary stood in for the head of office for some days, and signed a decree then."""
    secretary = Official.objects.select_related("post").get(post__role=Role.SECRETARY)
    head = Official.objects.select_related("post").get(post__role=Role.OFFICE_HEAD)
    starts = stage.today - timedelta(days=days_ago)
    ActingAppointment.objects.create(
        post=head.post,
        official=secretary,
        kind=ActingAppointment.Kind.PLH,
        letter_number=f"800.1.11.1/{starts:%j}/BKPSDM",
        letter_date=starts - timedelta(days=3),
        starts=starts,
        ends=starts + timedelta(days=length),
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
            "opens_on": today - timedelta(days=opens),
            "closes_on": today - timedelta(days=closes),
            "age_on": date(year, 6, 30),
            "signatory": Role.OFFICE_HEAD,
            "bank": banks[0],
            "account_code": "5.1.06.01.01.0001",
            "dpa_number": f"DPA/A.1/1.06.2.08.0.00.01.0000/001/{year}",
        } | more

    return (
        stage.programme(**facts("Usaha Ekonomi Produktif", today.year - 1, 30, 5 * MILLION, FIRST_DAY, 400)),
        stage.programme(**facts("Usaha Ekonomi Produktif", today.year, 60, 5 * MILLION, 125, -40)),
        stage.programme(
            **facts(
                "UEP Perempuan Kepala Keluarga",
                today.year,
                20,
                4 * MILLION,
                110,
                -25,
                signatory=Role.REGENT,
                bank=banks[1],
            )
        ),
    )


def tell(
    stage: Stage, programme, place: int, fates: dict[Fate, int], *, days_ago: int, women_only: bool = False
) -> Batch:
    batch = Batch(stage, programme, stage.villages[place], fates, women_only=women_only)
    stage.tell(batch.story(), days_ago=days_ago)
    return batch


def chosen(*batches: Batch, fate: Fate = Fate.CHOSEN, part: slice = slice(None)):
    """For a decree that is drafted later: who of the batches is meant for it by then."""
    return lambda: [proposal for batch in batches for proposal in batch.of(fate)][part]


def last_year(stage: Stage, programme) -> None:
    """Everything has come to its end, by way of a stand-in, an amending decree and a failed payment."""
    batches = [
        tell(
            stage,
            programme,
            NANGA_BULIK,
            {Fate.CHOSEN: 8, Fate.DECLINED: 1, Fate.RESERVE: 1, Fate.WITHDRAWN: 1},
            days_ago=458,
        ),
        tell(stage, programme, KUDANGAN, {Fate.CHOSEN: 6, Fate.REJECTED: 1}, days_ago=455),
        tell(stage, programme, PURWAREJA, {Fate.CHOSEN: 6, Fate.DECLINED: 1, Fate.WAITLISTED: 1}, days_ago=452),
    ]
    course = Course(
        stage, programme, f"Penetapan Penerima Bantuan UEP Tahun {programme.year}", chosen(*batches), Until.DONE,
        signer="sekretaris", mended_accounts=1, absent=3, invited_again=True, failed=2, mended_failures=2, mentored=5,
        removed=1, replaced_by=chosen(batches[0], fate=Fate.RESERVE),
    )  # fmt: skip
    stage.tell(course.story(), days_ago=416 + 3)


def this_year(stage: Stage, programme) -> None:
    """One decree that is being paid, three on their way up, and households waiting at every step, some far too long."""
    first = [
        tell(stage, programme, NANGA_BULIK, {Fate.CHOSEN: 9, Fate.DECLINED: 1, Fate.WAITLISTED: 1}, days_ago=116),
        tell(stage, programme, KUJAN, {Fate.CHOSEN: 8, Fate.REJECTED: 1, Fate.WITHDRAWN: 1}, days_ago=114),
        tell(stage, programme, KINIPAN, {Fate.CHOSEN: 6, Fate.OBJECTED: 1}, days_ago=110),
    ]
    course = Course(
        stage, programme, f"Penetapan Penerima Bantuan UEP Tahap I Tahun {programme.year}", chosen(*first), Until.PAID,
        wrong_accounts=2, mended_accounts=1, unchecked=1, absent=3, failed=3, mended_failures=1, paid=11, handed_over=6,
        mentored=2, amendment_drafted=True,
    )  # fmt: skip
    stage.tell(course.story(), days_ago=94)
    second = tell(stage, programme, PURWAREJA, {Fate.CHOSEN: 7, Fate.ELIGIBLE: 2, Fate.WAITLISTED: 1}, days_ago=66)
    third = tell(stage, programme, BAKONSU, {Fate.CHOSEN: 5}, days_ago=63)
    title = f"Penetapan Penerima Bantuan UEP Tahap {{}} Tahun {programme.year}"
    for name, households, until, days_ago in (
        ("II", chosen(second, part=slice(4)), Until.SENT_UP, 27),
        ("III", chosen(third), Until.ENDORSED, 9),
        ("IV", chosen(second, part=slice(4, None)), Until.DRAFTED, 6),
    ):
        stage.tell(Course(stage, programme, title.format(name), households, until).story(), days_ago=days_ago)
    everything = {
        Fate.VISITED: 3, Fate.REVISIT: 1, Fate.AWAY: 1, Fate.SENT_FOR: 2, Fate.AT_FIELD: 2, Fate.RETURNED: 2, Fate.ANSWERED: 1,
        Fate.AT_DESK: 2,
    }  # fmt: skip
    tell(stage, programme, NANGA_BULIK, everything, days_ago=33)
    tell(stage, programme, KINIPAN, {Fate.AT_DESK: 3, Fate.RETURNED: 1, Fate.AT_FIELD: 1}, days_ago=15)
    tell(stage, programme, KUDANGAN, {Fate.WAITING: 3, Fate.SENT_BACK: 1}, days_ago=12)
    tell(stage, programme, MELATA, {Fate.AT_DESK: 4}, days_ago=6)
    again = Batch(stage, programme, stage.villages[NANGA_BULIK], {Fate.WAITING: 3}, again=[namesake])
    stage.tell(again.story(), days_ago=5)
    tell(stage, programme, NANGA_BULIK, {Fate.DRAFT: 3, Fate.HALF_DRAFT: 1}, days_ago=4)
    window_that_closed(stage, programme, stage.villages[NANGA_BULIK])
    window_that_runs(stage, programme, stage.villages[PURWAREJA])
    tell(stage, programme, KINIPAN, {Fate.DRAFT: 2}, days_ago=5)


def women_headed(stage: Stage, programme) -> None:
    """The regent's decrees: one signed and at the bank, one waiting for the regent."""
    first = tell(stage, programme, BELANTIKAN, {Fate.CHOSEN: 6}, days_ago=100, women_only=True)
    second = tell(stage, programme, MELATA, {Fate.CHOSEN: 4, Fate.DECLINED: 1}, days_ago=60, women_only=True)
    title = f"Penetapan Penerima Bantuan UEP Perempuan Kepala Keluarga {{}} Tahun {programme.year}"
    done = Course(stage, programme, title.format("Tahap I"), chosen(first), Until.SIGNED, wrong_accounts=1, unchecked=3)
    stage.tell(done.story(), days_ago=45)
    stage.tell(Course(stage, programme, title.format("Tahap II"), chosen(second), Until.ENDORSED).story(), days_ago=20)


def tell_everyone() -> None:
    """Send the notices of all that happened; what is older than some days has been read."""
    while announce():
        pass
    with connection.cursor() as cursor:  # each move has asked for it; that is done now
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'notices.announce' AND status = 'todo'")
    Notice.objects.filter(at__lt=timezone.now() - READ_AFTER).update(read_at=timezone.now() - READ_AFTER)
