"""The papers of step 2, word for word (tests/papers/golden), and what they must not say."""

import subprocess
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from proposals.actions import override_rule
from proposals.flow import State
from proposals.models import ExceptionPlea, Proposal, RuleOverride, RuleSetting
from tests.archive import faults
from tests.papers.golden import assert_golden, page_sizes, text_of, words_of
from tests.registry.test_boundaries import feature, file_of
from tests.walk import upload
from uep.documents.papers import PAPERS
from uep.documents.queries import document_of
from uep.documents.render import pdf
from uep.office.models import Official
from uep.registry.actions import load_boundaries
from verification import actions
from verification.models import FieldVisit, Minutes, QuotaShare
from verification.queries import ranking

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_24th_of_november():
    with time_machine.travel(datetime(2026, 11, 24, 2, 30, tzinfo=UTC), tick=False):  # Tuesday, 09.30 WIB
        yield


@pytest.fixture
def households(walk):
    """Two households, the first with its phone."""
    programme = walk.programme()
    rows = [walk.draft(programme, phone="081234567890"), walk.draft(programme, business="Jual gorengan")]
    walk.disposed(walk.submitted(rows))
    rows = list(Proposal.objects.order_by("pk"))
    walk.completed(rows)
    return list(Proposal.objects.order_by("pk"))


@pytest.fixture
def assignment(households, cast):
    today = timezone.localdate()
    return actions.assign_team(
        households[0].programme,
        by=cast.kabid,
        proposals=households,
        leader=cast.staff,
        members=[cast.colleague],
        starts=today,
        ends=today + timedelta(days=1),
        purpose="Verifikasi lapangan calon penerima UEP 2026",
        vehicle="Mobil operasional KH 1234 R",
    )


@pytest.fixture
def minutes(households, assignment, cast, walk):
    """One found, with photos; one gone."""
    visit = actions.record_visit(
        households[0],
        by=cast.staff,
        visited_at=timezone.now(),
        found=FieldVisit.Found.FOUND,
        met="Siti (calon), Amin (ketua RT)",
        latitude="-2.012345",
        longitude="111.212345",
        accuracy=12,
        position_from=FieldVisit.Position.DEVICE,
        identity_matches=True,
        lives_there=True,
        business_exists=True,
        business_seen="Warung sembako di depan rumah",
        turnover_seen=2_500_000,
        capital_seen="Etalase dan timbangan",
        need="Modal dagangan",
        indicators={"walls": True, "light": True, "floor": False},
        remarks="Jalan rusak saat hujan.",
        recommendation="eligible",
        reason="Usaha berjalan dan modal terbatas.",
    )
    actions.photograph(visit, by=cast.staff, house=[upload()], business=[upload(), upload()])
    gone = actions.record_visit(
        households[1],
        by=cast.staff,
        visited_at=timezone.now(),
        found=FieldVisit.Found.MOVED,
        met="Ketua RT 003",
        recommendation="ineligible",
        reason="Pindah ke Pangkalan Bun bulan lalu.",
    )
    actions.photograph(gone, by=cast.staff, house=[upload()])
    RuleSetting.objects.filter(code="business").update(parameters={"min_years": 5}, may_be_overridden=True)
    override_rule(households[0], by=cast.kabid, code="business", reason="Usaha dilanjutkan dari orang tua.")
    for proposal in households:
        actions.assess(proposal, by=cast.staff)
    actions.draw_up_minutes(assignment, by=cast.staff, date=timezone.localdate())
    return Minutes.objects.get()


def made(code, subject) -> bytes:
    return pdf(PAPERS[code], subject, document_of(code, subject))


def assert_paper(content, code, subject) -> None:
    assert_golden(content, code, varying={document_of(code, subject).code: "KODE-NASKAH"})


def test_letter_of_assignment(assignment):
    content = made("surat_tugas", assignment)
    assert_paper(content, "surat_tugas", assignment)
    assert page_sizes(content) == [(215, 330)] * 2  # the office keeps its letters on F4


def test_letter_names_the_team_as_it_was_when_it_was_issued(assignment, cast):
    type(cast.staff).objects.filter(pk=cast.staff.pk).update(full_name="Nama Baru")
    assert "Sari Uji" in words_of(made("surat_tugas", assignment))


def test_letter_prints_rank_and_nip_of_who_is_recorded_as_an_official(households, cast, stand_in):
    acting = stand_in(cast.colleague, cast.kabid.role)
    Official.objects.filter(user=acting).update(nip="198001012005011001", rank="Penata (III/c)")
    today = timezone.localdate()
    assignment = actions.assign_team(
        households[0].programme, by=cast.kabid, proposals=households, leader=acting, members=[],
        starts=today, ends=today, purpose="Verifikasi",
    )  # fmt: skip
    line = "1  Tono Uji  Penata (III/c)  Pekerja Sosial  Ketua tim\nNIP 19800101 200501 1 001\n"
    assert line in text_of(made("surat_tugas", assignment))


def test_field_sheet(assignment, households):
    content = pdf(PAPERS["lembar_kunjungan"], assignment)
    assert_golden(content, "lembar_kunjungan")
    assert page_sizes(content) == [(210, 297)] * 2  # one household, one sheet


def test_route_list(assignment, households, cast):
    """Two days, each on its own sheet; the first household was put off."""
    day = assignment.ends
    actions.postpone(assignment, by=cast.staff, proposals=households[:1], day=day, reason="Calon ke ladang.")
    content = pdf(PAPERS["daftar_rute"], assignment)
    assert_golden(content, "daftar_rute")
    assert page_sizes(content) == [(210, 297)] * 2


def test_route_list_with_a_map(assignment):
    plain = pdf(PAPERS["daftar_rute"], assignment)
    load_boundaries(file_of(feature("62.09.03.1005")))
    drawn = pdf(PAPERS["daftar_rute"], assignment)
    assert (text_of(drawn).splitlines()[0], len(drawn) > len(plain)) == (text_of(plain).splitlines()[0], True)
    assert "2" in text_of(drawn, layout=False).split()[:40]  # how many are seen there, on the map


@pytest.fixture
def travel_order(assignment, cast, stand_in):
    acting = stand_in(cast.colleague, cast.kabid.role)
    Official.objects.filter(user=acting).update(nip="198001012005011001", rank="Penata (III/c)")
    actions.order_travel(
        assignment, by=cast.kabid, levels={cast.staff: "D", cast.colleague: "C"}, origin="Nanga Bulik",
        destination="Kecamatan Bulik", transport="Mobil operasional KH 1234 R", departs=assignment.starts,
        returns=assignment.ends, charged_to="Dinas Sosial Kabupaten Lamandau", account="5.1.02.04.01.0003",
        remarks="Kembali lewat Sungai Tuat.",
    )  # fmt: skip
    return assignment.travel_orders.get(person=cast.colleague)


def test_travel_order(travel_order):
    content = made("sppd", travel_order)
    assert_paper(content, "sppd", travel_order)
    assert page_sizes(content) == [(210, 297)] * 2


def test_travel_order_stays_what_it_was_when_it_is_made_again(travel_order, assignment, cast):
    former = document_of("sppd", travel_order)
    actions.extend(assignment, by=cast.kabid, ends=assignment.ends + timedelta(days=1), reason="Rumah berjauhan.")
    travel_order.refresh_from_db()
    lines = [text_of(pdf(PAPERS["sppd"], travel_order, paper)) for paper in (former, document_of("sppd", travel_order))]
    assert ["a. 2 (dua) hari" in text for text in lines] == [True, False]
    assert ["a. 3 (tiga) hari" in text for text in lines] == [False, True]


def test_field_sheet_leaves_out_who_was_visited(assignment, households, walk, cast):
    walk.visited(households[0])
    words = words_of(pdf(PAPERS["lembar_kunjungan"], assignment))
    assert (households[0].register in words, households[1].register in words) == (False, True)


def test_field_sheet_codes_lead_to_the_proposals_and_name_the_version(assignment, households):
    zxingcpp = pytest.importorskip("zxingcpp")
    image = pytest.importorskip("PIL.Image")
    found = []
    for page in (1, 2):
        command = ["pdftoppm", "-r", "150", "-png", "-f", str(page), "-l", str(page), "-"]
        picture = subprocess.run(
            command, input=pdf(PAPERS["lembar_kunjungan"], assignment), capture_output=True, check=True
        )
        with image.open(BytesIO(picture.stdout)) as opened:
            found += [code.text for code in zxingcpp.read_barcodes(opened)]
    pages = [settings.PUBLIC_URL + reverse("proposals:proposal", args=[row.ref]) for row in households]
    assert found == [f"{page}?versi=1" for page in pages]


def test_minutes(minutes):
    content = made("ba_verifikasi", minutes)
    assert_paper(content, "ba_verifikasi", minutes)


def test_minutes_keep_the_exceptions_they_were_issued_with(minutes, households, cast):
    """What is set aside later stands on the validation page and the draft decree, not on a paper that is out."""
    RuleSetting.objects.filter(code="social").update(parameters={"max_desil": 1}, may_be_overridden=True)
    override_rule(households[1], by=cast.kabid, code="social", reason="Desil lama, keadaan sudah berubah.")
    words = words_of(made("ba_verifikasi", minutes))
    assert (words.count("Dikecualikan oleh"), "Desil lama" in words) == (1, False)


def test_minutes_of_an_exception(minutes, households, cast):
    asked = RuleOverride.objects.get()
    ExceptionPlea.objects.create(
        proposal=asked.proposal, code=asked.code, sentence=asked.sentence, reason="Usaha turun-temurun.", by=cast.alice
    )
    content = made("ba_pengecualian", asked)
    assert_paper(content, "ba_pengecualian", asked)
    assert faults(content) == []
    assert page_sizes(content) == [(210, 297)]


def test_minutes_show_the_first_two_photos_of_each(minutes):
    """Three were taken of one, one of the other."""
    listed = subprocess.run(
        ["pdfimages", "-list", "-"], input=made("ba_verifikasi", minutes), capture_output=True, check=True
    ).stdout.decode()
    pages = [line.split()[0] for line in listed.splitlines()[2:] if line.split()[2] == "image"]
    assert pages == ["3"] * 3


def test_papers_show_no_whole_nik_and_no_kk(assignment, minutes, households):
    papers = [
        made("surat_tugas", assignment),
        pdf(PAPERS["lembar_kunjungan"], assignment),
        pdf(PAPERS["daftar_rute"], assignment),
        made("ba_verifikasi", minutes),
    ]
    text = "".join(text_of(content) for content in papers)
    told = [number for p in households for number in (str(p.nik), str(p.kk_number)) if number in text]
    assert (told, households[0].masked_nik in text) == ([], True)


def test_public_page_of_the_minutes_names_nobody(minutes, households, client):
    page = client.get(document_of("ba_verifikasi", minutes).get_check_url()).content.decode()
    assert "Jumlah kunjungan" in page
    assert [row.name for row in households if row.name in page] == []


def test_papers_are_rendered_by_the_worker(minutes, assignment, run_jobs):
    run_jobs()
    assert [document_of(code, subject).is_ready for code, subject in (
        ("surat_tugas", assignment), ("ba_verifikasi", minutes),
    )] == [True, True]  # fmt: skip


def test_state_is_what_the_minutes_say(minutes, households):
    assert set(Proposal.objects.values_list("state", flat=True)) == {State.ASSESSED}


@pytest.fixture
def run(walk, cast):
    """Three of one village and one share of two: two places, one on the waiting list, one to be decided by others."""
    programme = walk.programme(quota=3)
    rows = [walk.draft(programme, desil=desil) for desil in (2, 1, 3, 4)]
    walk.disposed(walk.submitted(rows))
    rows = list(Proposal.objects.order_by("pk"))
    walk.completed(rows)
    walk.assigned(rows)
    for row in rows:
        walk.visited(row)
    rows[0].objections.create(kind="against", reason="Rumahnya besar.")
    QuotaShare.objects.create(programme=programme, region_id="62.09.03", quota=3)
    QuotaShare.objects.create(programme=programme, region_id="62.09.03.1005", quota=3)
    seen = ranking.field_of(programme, cast.kabid).ranked().fingerprint
    return actions.apply_ranking(programme, by=cast.kabid, seen=seen, note="Rapat bidang 24 November.")


def test_the_minutes_of_a_ranking(run):
    document = document_of("daftar_peringkat", run)
    content = pdf(PAPERS["daftar_peringkat"], run, document)
    assert_golden(content, "daftar_peringkat", varying={document.code: "KODE"})


def test_the_minutes_of_a_ranking_hold_no_nik(run):
    content = pdf(PAPERS["daftar_peringkat"], run, document_of("daftar_peringkat", run))
    words = words_of(content)
    assert [str(line.proposal.nik) for line in run.lines.all() if str(line.proposal.nik) in words] == []
