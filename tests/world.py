"""One office in full swing, for the tests that look at every page: households of two villages in every state, each
record that has a page, and the oracle of who may see it, told anew from the design and not from the querysets."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO

import segno
import time_machine
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

import decrees.actions as decree_acts
import distribution.actions as distribution_acts
import proposals.actions as proposal_acts
import uep.social.actions as social_acts
import verification.actions as verification_acts
from decrees.models import Decree, Recipient, Wording
from decrees.routing import Band, usual
from distribution.models import (
    AccountCheck,
    BankLayout,
    Disbursement,
    DisbursementAgreement,
    Handover,
    ListCopy,
    MentoringVisit,
    OutreachSession,
    Payment,
    ResultFile,
)
from proposals.flow import State
from proposals.models import (
    Attachment,
    CoverLetter,
    DuplicateCase,
    ListImport,
    Programme,
    Proposal,
    Requirement,
    RuleSet,
)
from tests.cast import Cast, gather, install
from tests.social.conftest import BUDI, RATNA, SARI, csv_of
from tests.verification.phone import Phone
from tests.walk import Walk, picture, upload
from uep.access.roles import GRANTS, Role
from uep.accounts.models import User
from uep.documents.actions import reserve_number
from uep.documents.models import OfficialDocument
from uep.documents.numbering import series_of
from uep.files.intake import prepare
from uep.files.sheets import prepare_sheet
from uep.office.models import ActingAppointment, Official, Post
from uep.social.models import PastAidList, Source
from verification.actions.sheets import read_sheets
from verification.models import (
    Assignment,
    FieldDevice,
    FieldReport,
    FieldVisit,
    Instrument,
    Minutes,
    Objection,
    Publication,
    RankingRun,
    ReportPart,
    SampleDraw,
    SecondCheck,
    SecondPhoto,
    SheetPage,
    SheetScan,
    VisitPhoto,
)
from verification.queries import ranking

NOT_IN_WAY_OF_OTHERS = (State.DRAFT, State.WAITLISTED)  # drafts last: a village's next letter takes all of them along
BOBS = (State.SUBMITTED, State.COMPLETE, State.ASSESSED, State.BRIEFED, State.HANDED_OVER, State.DRAFT)


@dataclass
class World:
    cast: Cast
    walk: Walk
    programme: Programme  # signed by the head, paid by the bank of `cast.bank`
    regents: Programme  # signed by the regent, paid by Charlie's bank
    at: dict = field(default_factory=dict)  # (operator, state) -> proposal
    numbers: frozenset[str] = frozenset()  # every full NIK, KK and account number of it


def build() -> World:
    """Everything through the real actions. Some twenty walks: make it once for a module."""
    install()
    cast = gather()
    walk = Walk(cast)
    world = World(
        cast, walk, walk.programme(), walk.programme(name="UEP Bupati", signatory=Role.REGENT, bank=cast.charlie.bank)
    )
    for operator, states in ((cast.alice, list(State)), (cast.bob, BOBS)):
        for state in sorted(states, key=lambda state: state == State.DRAFT):
            world.at[operator, state] = walk.proposals_at(state, programme=world.programme, by=operator)[0]
    _in_the_field(world)
    _up_to_the_regent(world)
    _paid_by_file(world)
    _lists_and_letters(world)
    _ranked(world)
    _stood_in(world)
    _objected(world)
    _seen_again(world)
    _registry(world)
    reserve_number(series_of("sk"), by=cast.secretary, date=timezone.localdate(), reason="SK rapat pleno")
    verification_acts.draft_instrument(world.programme, by=cast.kabid, note="Ditambah keadaan atap")
    proposal_acts.draft_rules(world.programme, by=cast.kabid, note="Umur sampai 64")
    source = Wording.objects.get(kind="original", signatory="office_head")
    decree_acts.draft_wording(cast.kabid, by=cast.kabid, source=source, note="Tembusan dipersingkat")
    walk.mentored(Recipient.objects.get(proposal=world.at[cast.alice, State.HANDED_OVER]))
    walk.mentored(Recipient.objects.get(proposal=world.at[cast.bob, State.HANDED_OVER]))
    world.at = {key: Proposal.objects.get(pk=row.pk) for key, row in world.at.items()}
    return world


def _in_the_field(world) -> None:
    """A visit that is not handed in yet in each village, a phone's report that came too late, and minutes of a visit."""
    walk, cast = world.walk, world.cast
    for operator in (cast.alice, cast.bob):
        proposal = Proposal.objects.get(pk=world.at[operator, State.COMPLETE].pk)
        walk.assigned([proposal])
        phone = Phone(cast.staff)
        late = phone.write(proposal)  # taken along before the visit below was written
        _on_paper(cast.staff, proposal)
        visit = verification_acts.record_visit(
            proposal,
            by=cast.staff,
            visited_at=timezone.now() - timedelta(minutes=5),
            found=FieldVisit.Found.FOUND,
            met="Calon penerima",
        )
        verification_acts.photograph(visit, by=cast.staff, business=[upload()])
        phone.send_all(*late)
        _travelled(walk, proposal.assignments.get())
        finished = world.at[operator, State.HANDED_OVER].assignments.get()
        verification_acts.draw_up_minutes(finished, by=cast.staff, date=timezone.localdate())


def _on_paper(user, proposal) -> None:
    """A field sheet that finds its household, a page that finds none, and a scan that could not be read."""
    code, page, photo = BytesIO(), Image.new("RGB", (700, 900), "white"), BytesIO()
    segno.make(f"{settings.PUBLIC_URL}{proposal.get_absolute_url()}", error="m").save(code, kind="png", scale=6)
    page.paste(Image.open(code), (300, 50))
    page.save(photo, "JPEG")
    files = [
        SimpleUploadedFile("lembar.jpg", photo.getvalue()),
        SimpleUploadedFile("kosong.jpg", picture(proposal.pk % 200)),
    ]
    for scan in verification_acts.bring_sheets(user, by=user, uploads=[prepare(file) for file in files]):
        read_sheets(scan.pk)
    file = SimpleUploadedFile("rusak.jpg", picture(200 + proposal.pk % 50))
    (scan,) = verification_acts.bring_sheets(user, by=user, uploads=[prepare(file)])
    scan.stage, scan.error = SheetScan.Stage.FAILED, "PDF ini rusak."
    scan.save(update_fields=["stage", "error"])


def _travelled(walk, assignment) -> None:
    """Travel orders of the team, and a change of plan."""
    verification_acts.order_travel(
        assignment, by=walk.cast.kabid, levels={walk.cast.staff: "C", walk.cast.colleague: "C"}, origin="Nanga Bulik",
        destination="Kecamatan Bulik", transport="Mobil", departs=assignment.starts, returns=assignment.ends,
        charged_to="Dinas Sosial", account="5.1.02.04.01.0003",
    )  # fmt: skip
    verification_acts.extend(
        assignment, by=walk.cast.kabid, ends=assignment.ends + timedelta(days=7), reason="Jalan putus.", moves_due=True
    )


def _up_to_the_regent(world) -> None:
    """A draft on the regent's desk, and a regent's decree that Charlie's bank sees."""
    walk, cast = world.walk, world.cast
    waiting = walk.proposals_at(State.IN_DECREE, programme=world.regents, by=cast.alice)
    walk.endorsed(walk.decree_of(waiting[0]))
    walk.proposals_at(State.DECREED, programme=world.regents, by=cast.bob)
    drafted = walk.proposals_at(State.IN_DECREE, programme=world.programme, by=cast.bob)
    decree_acts.send_up(walk.decree_of(drafted[0]), by=cast.kabid)
    signed = walk.decree_of(world.at[cast.alice, State.DECREED])
    decree_acts.amend(signed, by=cast.kabid, title="Perubahan", considerations="bahwa ada perubahan;")
    decree_acts.correct(
        signed.recipients.get(), by=cast.kabid, name="Nama yang Benar", address="Jl. Baru", business="Warung",
        amount=signed.recipients.get().amount, reason="Salah tulis",
    )  # fmt: skip
    _revoked(world)


def _revoked(world) -> None:
    """A decree that was revoked, an extract of it and a certified copy; a route that was laid down."""
    walk, cast = world.walk, world.cast
    decree = walk.decree_of(walk.proposals_at(State.DECREED, programme=world.programme, by=cast.bob)[0])
    decree_acts.issue_extracts(decree, by=cast.secretary)
    decree_acts.certify_copy(decree, by=cast.secretary)
    facts = {"title": "Pencabutan", "considerations": "bahwa dicabut;", "reason": "Anggaran dialihkan"}
    walk.signed(decree_acts.revoke(decree, by=cast.kabid, **facts))
    bands = [Band(0, usual(Role.OFFICE_HEAD)), Band(10**12, usual(Role.REGENT))]
    decree_acts.set_route(world.programme, by=cast.kabid, bands=bands, reason="Batas jumlah")


def _paid_by_file(world) -> None:
    """A list that waits for the bank, and a result file of which every row is refused."""
    walk, cast = world.walk, world.cast
    for operator in (cast.alice, cast.bob):
        disbursement = walk.listed(walk.decree_of(world.at[operator, State.BRIEFED]))
        distribution_acts.read_results(disbursement, by=cast.bank, upload=result_file(disbursement))
        with time_machine.travel(timezone.now() - timedelta(hours=1)):  # so that no account stands open any more
            distribution_acts.take_list(disbursement, by=cast.bank)
    for bank in (cast.bank.bank, cast.charlie.bank):
        distribution_acts.add_layout(
            cast.kabid, by=cast.kabid, bank=bank, purpose="payment", name="Teks", kind="fixed", has_heading=False,
            has_control=True, separator=";", active=True,
            columns=[("account", "Rekening", 16), ("amount", "Jumlah", 15)],
        )  # fmt: skip
    decree = walk.decree_of(world.at[cast.alice, State.DECREED])
    distribution_acts.propose_agreement(decree, by=cast.kabid, **terms())
    agreed = walk.decree_of(world.at[cast.alice, State.AGREED])
    distribution_acts.plan_session(
        agreed,
        by=cast.staff,
        starts_at=timezone.now() + timedelta(days=1),
        place="Aula Kecamatan Bulik",
        topics="Hak dan kewajiban penerima",
        recipients=agreed.recipients.in_force(),
    )


def _objected(world) -> None:
    """A list of a village that everyone may read, with an objection that waits and one that was answered; namesakes."""
    cast = world.cast
    for operator in (cast.alice, cast.bob):
        for _ in range(2):
            world.walk.proposals_at(State.SUBMITTED, programme=world.regents, by=operator, name="Kembar Uji")
    villages = [cast.alice.village_id]
    verification_acts.publish(world.programme, by=cast.kabid, villages=villages, days=5)
    cast.outsider.districts.clear()
    for state, kind in ((State.WAITLISTED, "for"), (State.INELIGIBLE, "for")):
        row = Proposal.objects.get(pk=world.at[cast.alice, state].pk)
        objection = verification_acts.file_objection(row, by=cast.staff, kind=kind, reason="Usahanya masih berjalan.")
    verification_acts.decide_objection(
        objection, by=User.objects.get(pk=cast.outsider.pk), decision="dismissed", answer="Sudah diperiksa lagi."
    )
    cast.outsider.districts.set(["62.09.08"])


def _seen_again(world) -> None:
    """A visit of each village that was drawn, and that another team has begun to repeat; others may still be drawn."""
    cast = world.cast
    cast.outsider.districts.clear()
    other = User.objects.get(pk=cast.outsider.pk)
    for operator in (cast.alice, cast.bob):
        journey = world.at[operator, State.ASSESSED].assignments.get()
        draw = verification_acts.draw_sample(
            world.programme, by=cast.kabid, assignment=journey, share=100, reason="Uji petik bulan ini."
        )
        tasks = list(draw.checks.all())
        verification_acts.assign_second_team(
            draw, by=cast.kabid, checks=tasks, leader=other, members=[], planned_on=timezone.localdate()
        )
        verification_acts.record_second_visit(tasks[0], by=other, visited_at=timezone.now(), found="found")
        verification_acts.photograph_second(tasks[0], by=other, business=[upload()])
    cast.outsider.districts.set(["62.09.08"])


def terms() -> dict:
    today = timezone.localdate()
    return {
        "method": DisbursementAgreement.Method.TRANSFER,
        "starts": today,
        "ends": today + timedelta(days=14),
        "place": "Kantor Cabang Nanga Bulik",
        "fee": 0,
        "fee_borne_by": "Bank penyalur",
        "contact": "Ibu Rina, 0532-00000",
        "failed_handling": "Bank melapor paling lambat dua hari kerja.",
    }


def _lists_and_letters(world) -> None:
    cast = world.cast
    for operator, name in ((cast.alice, "usulan_6209031005.xlsx"), (cast.bob, "usulan_6209012001.xlsx")):
        with open(f"tests/data/{name}", "rb") as file:  # noqa: PTH123
            sheet = SimpleUploadedFile(name, file.read())
        proposal_acts.read_list(world.programme, by=operator, upload=prepare_sheet(sheet))
        proposal_acts.open_letter(
            world.programme,
            by=operator,
            number="400.9/999/X",
            date=timezone.localdate(),
            signed_by="Rahmat",
            signed_title="Lurah",
        )


def _registry(world) -> None:
    """Extracts at each stage, each with a row that could not come in; a list of earlier aid that is not in yet."""
    cast = world.cast
    dtsen = Source.objects.get(code="dtsen")
    wrong = ["", "62", *RATNA[2:]]
    for by, day, rows in ((cast.staff, 1, [RATNA]), (cast.staff, 2, [RATNA, BUDI]), (cast.kabid, 3, [SARI, RATNA])):
        upload = prepare_sheet(csv_of(*rows, wrong))
        extract = social_acts.bring_extract(dtsen, by=by, period=f"Uji {day}", as_of=date(2026, 1, day), upload=upload)
        social_acts.read_extract(extract.pk)
        if day == 1:
            social_acts.accept_extract(extract, by=cast.kabid)
    asked = csv_of(RATNA, titles=["kartu", "induk", "siapa", *"defghijklmnopqr"])
    social_acts.bring_extract(dtsen, by=cast.staff, period="Uji 4", as_of=date(2026, 1, 4), upload=prepare_sheet(asked))
    waiting = prepare_sheet(csv_of(BUDI))
    social_acts.bring_extract(dtsen, by=cast.staff, period="Uji 5", as_of=date(2026, 1, 5), upload=waiting)
    aided = csv_of(["Ratna Dewi", RATNA[1], "2023"], ["", "", "dulu"], titles=["Nama", "NIK", "Tahun"])
    social_acts.bring_past_aid(
        cast.staff, by=cast.staff, giver=PastAidList.Giver.OWN, programme="UEP 2023", upload=prepare_sheet(aided)
    )


def _ranked(world) -> None:
    """A ranking that was applied, in a programme of its own."""
    walk, cast = world.walk, world.cast
    programme = walk.programme(name="UEP Peringkat", quota=1)
    walk.proposals_at(State.ASSESSED, 2, programme=programme, by=cast.bob)
    seen = ranking.field_of(programme, cast.kabid).ranked().fingerprint
    verification_acts.apply_ranking(programme, by=cast.kabid, seen=seen)


def _stood_in(world) -> None:
    """Someone stood in once, long ago: nobody of the world holds more than the own role today."""
    ActingAppointment.objects.create(
        post=Post.objects.filter(role=Role.OFFICE_HEAD).first(),
        official=Official.objects.get(user=world.cast.secretary),
        kind=ActingAppointment.Kind.PLH,
        letter_number="800/1/BKPSDM/2021",
        letter_date=date(2021, 1, 4),
        starts=date(2021, 1, 5),
        ends=date(2021, 1, 9),
    )


def result_file(disbursement) -> SimpleUploadedFile:
    """A bank's workbook that knows the columns and names a line that does not exist."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_row(
        0, 0, ["Kode", "Nama", "Nomor rekening", "Jumlah", "Hasil", "Tanggal", "Referensi", "Sebab", "Keterangan"]
    )
    sheet.write_row(
        1, 0, ["0" * 12, "Tak Dikenal", "1", 5_000_000, "Berhasil", f"{timezone.localdate():%Y-%m-%d}", "X"]
    )
    book.close()
    return SimpleUploadedFile(f"hasil-{disbursement.position}.xlsx", buffer.getvalue())


# Who sees what ----------------------------------------------------------------------------------------------------------

OFFICE = {Role.STAFF, Role.DIVISION_HEAD, Role.SECRETARY, Role.OFFICE_HEAD, Role.AUDITOR}


def in_area(user, village_code: str) -> bool:
    """Own village; own kecamatan, or all of them; the rest of the office everywhere (design, 5)."""
    if user.role == Role.VILLAGE:
        return user.village_id == village_code
    if user.role == Role.STAFF:
        districts = set(user.districts.values_list("pk", flat=True))
        return not districts or village_code.rsplit(".", 1)[0] in districts
    return user.role in OFFICE


def sees_proposal(user, proposal) -> bool:
    if not in_area(user, proposal.village_id):
        return False
    return user.role == Role.VILLAGE or (proposal.state != State.DRAFT and proposal.register_number is not None)


def sees_letter(user, letter) -> bool:
    return in_area(user, letter.village_id) and (user.role == Role.VILLAGE or letter.submitted_at is not None)


def sees_programme(user, programme) -> bool:
    if user.role == Role.BANK:
        return programme.bank_id == user.bank_id
    return user.role in OFFICE | {Role.VILLAGE}


def sees_rules(user, rule_set) -> bool:
    return sees_programme(user, rule_set.programme) and (rule_set.stage != RuleSet.Stage.DRAFT or user.role in OFFICE)


def sees_decree(user, decree) -> bool:
    if user.role == Role.BANK:
        return decree.stage == Decree.Stage.SIGNED and decree.programme.bank_id == user.bank_id
    if user.role == Role.REGENT:
        return decree.programme.signatory == Role.REGENT and decree.stage in {
            Decree.Stage.AT_REGENT,
            Decree.Stage.SIGNED,
        }
    return user.role in OFFICE


def sees_recipient(user, recipient) -> bool:
    if user.role in {Role.BANK, Role.REGENT}:
        return sees_decree(user, recipient.decree)
    return in_area(user, recipient.village_id)


def sees_one_of(user, proposals) -> bool:
    return user.role != Role.VILLAGE and any(in_area(user, row.village_id) for row in proposals)


def sees_document(user, document) -> bool:
    if user.role == Role.REGENT:
        return document.paper == "sk" or document.paper.startswith("sk_")
    if user.role == Role.BANK:
        return document.bank_id == user.bank_id
    if document.village_id is None:
        return user.role in OFFICE
    return in_area(user, document.village_id)


SEES = {
    Programme: sees_programme,
    Requirement: lambda user, row: sees_programme(user, row.programme),
    RuleSet: sees_rules,
    Proposal: sees_proposal,
    CoverLetter: sees_letter,
    Attachment: lambda user, row: sees_proposal(user, row.proposal) if row.proposal else sees_letter(user, row.letter),
    ListImport: lambda user, row: in_area(user, row.village_id),
    Assignment: lambda user, row: sees_one_of(user, row.proposals.all()),
    FieldVisit: lambda user, row: sees_one_of(user, [row.proposal]),
    VisitPhoto: lambda user, row: sees_one_of(user, [row.visit.proposal]),
    FieldDevice: lambda user, row: row.user == user or user.role == Role.DIVISION_HEAD,
    FieldReport: lambda user, row: sees_one_of(user, [row.proposal]),
    ReportPart: lambda user, row: sees_one_of(user, [row.report.proposal]),
    SheetScan: lambda user, row: row.by == user,
    SheetPage: lambda user, row: (
        row.scan.by == user or (row.proposal is not None and sees_one_of(user, [row.proposal]))
    ),
    Instrument: lambda user, row: user.role in OFFICE,
    SampleDraw: lambda user, row: user.role in OFFICE,
    SecondCheck: lambda user, row: sees_one_of(user, [row.first.proposal]),
    SecondPhoto: lambda user, row: sees_one_of(user, [row.visit.task.first.proposal]),
    Wording: lambda user, row: user.role in OFFICE,
    RankingRun: lambda user, row: holds(user, "verification.view_ranking"),
    Minutes: lambda user, row: sees_one_of(user, [visit.proposal for visit in row.visits.all()]),
    Decree: sees_decree,
    Recipient: sees_recipient,
    AccountCheck: lambda user, row: sees_recipient(user, row.recipient),
    DisbursementAgreement: lambda user, row: sees_decree(user, row.decree),
    OutreachSession: lambda user, row: sees_decree(user, row.decree),
    Disbursement: lambda user, row: sees_decree(user, row.decree),
    Payment: lambda user, row: sees_recipient(user, row.recipient),
    ResultFile: lambda user, row: sees_decree(user, row.disbursement.decree),
    ListCopy: lambda user, row: sees_decree(user, row.disbursement.decree),
    BankLayout: lambda user, row: user.role != Role.BANK or user.bank_id == row.bank_id,
    Handover: lambda user, row: sees_recipient(user, row.recipient),
    MentoringVisit: lambda user, row: sees_recipient(user, row.recipient),
    OfficialDocument: sees_document,
    DuplicateCase: lambda user, row: user.role != Role.VILLAGE and in_area(user, row.proposal.village_id),
    Publication: lambda user, row: in_area(user, row.village_id),
    Objection: lambda user, row: in_area(user, row.proposal.village_id),
    User: lambda user, row: user.role == Role.ADMIN or user == row,
}


def sees(user, row) -> bool:
    """Is the record in the person's scope? Configuration is seen by whoever is granted its acts."""
    return SEES.get(type(row), lambda user, row: True)(user, row)


def holds(user, act: str) -> bool:
    """Is the act granted to the person's own role? (Nobody of the world stands in for anyone.)"""
    return act in GRANTS[user.role]
