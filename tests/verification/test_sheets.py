"""Field sheets filled in by hand: dropped in together, each page finds its household, and a person types it over."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

import verification.actions as acts
from oversight.queries.desk import tasks
from proposals.flow import State
from proposals.models import Proposal
from tests.files import made
from tests.files.scans import drawn, jpeg, photographed, scanned
from uep.access.access import Refused
from uep.documents.papers import PAPERS
from uep.documents.render import pdf
from uep.files.intake import prepare
from uep.files.models import StoredFile
from verification.actions import sheets as reading
from verification.models import FieldVisit, Instrument, SheetPage, SheetScan
from verification.queries import sheets

pytestmark = pytest.mark.django_db
Stage = SheetScan.Stage


@pytest.fixture
def households(walk):
    rows = walk.proposals_at(State.COMPLETE, 3)
    walk.assigned(rows)
    return rows


@pytest.fixture
def printed(households):
    """The sheets of the assignment as pictures, as a printer puts them out: one for each household."""
    return drawn(pdf(PAPERS["lembar_kunjungan"], households[0].assignments.get()))


def file(data: bytes, name="lembar.jpg"):
    return SimpleUploadedFile(name, data)


def bring(by, *files):
    """Through intake and the action, as the page does."""
    return acts.bring_sheets(by, by=by, uploads=[prepare(one) for one in files])


def read_all():
    for scan in SheetScan.objects.filter(stage=Stage.QUEUED).order_by("pk"):
        reading.read_sheets(scan.pk)


def standing() -> list[tuple]:
    """(state, household, what is in the way) of every page, in the order they came."""
    rows = SheetPage.objects.order_by("scan_id", "number").select_related("proposal")
    return [(page.state, page.proposal and page.proposal.name, page.trouble) for page in rows]


def attached(*households) -> list[tuple]:
    return [("attached", row.name, "") for row in households]


def one_by_number(printed, households):
    """Sheets are printed in the order of the road; give them by household."""
    order = sorted(households, key=lambda row: row.name)
    return dict(zip([row.pk for row in order], printed, strict=True))


# Each page finds its household -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"turn": 90},
        {"turn": 180},
        {"turn": 8.5},
        {"dim": 0.35},
        {"dim": 0.5, "turn": -5, "blur": 1.0, "table": 150},
    ],
    ids=str,
)
def test_a_photo_of_a_sheet_attaches_itself(households, printed, cast, how):
    bring(cast.staff, file(photographed(printed[0], **how)))
    read_all()
    assert standing() == attached(households[0])
    page = SheetPage.objects.get()
    assert (page.version, page.assignment, page.visit) == (1, households[0].assignments.get(), None)
    assert page.file == page.scan.file


def test_several_sheets_in_one_pdf_each_find_their_own(households, printed, cast):
    bring(cast.staff, file(scanned(printed), "pindaian.pdf"))
    read_all()
    assert standing() == attached(*households)
    assert SheetScan.objects.get().stage == Stage.READ
    assert {page.file.content_type for page in SheetPage.objects.select_related("file")} == {"image/jpeg"}


def test_the_two_pages_of_a_long_sheet_come_to_the_same_visit(households, printed, cast, walk):
    bring(cast.staff, file(photographed(printed[0]), "depan.jpg"))
    read_all()
    visit = acts.record_visit(households[0], by=cast.staff, visited_at=timezone.now(), found="found")
    bring(cast.staff, file(photographed(printed[0], dim=0.8), "belakang.jpg"))
    read_all()
    assert standing() == attached(households[0], households[0])
    assert [page.visit for page in SheetPage.objects.all()] == [visit, visit]


def test_what_cannot_be_attached_says_why(households, printed, cast, walk):
    moved, written, fine = households
    by_household = one_by_number(printed, households)
    foreign = walk.proposals_at(State.COMPLETE, programme=walk.programme(name="UEP lain"))[0]
    acts.assign_team(
        foreign.programme, by=cast.kabid, proposals=[foreign], leader=cast.colleague, members=[],
        starts=timezone.localdate(), ends=timezone.localdate(), purpose="Verifikasi",
    )  # fmt: skip
    theirs = drawn(pdf(PAPERS["lembar_kunjungan"], foreign.assignments.get()))[0]
    walk.visited(moved)
    acts.record_visit(written, by=cast.staff, visited_at=timezone.now(), found="found")
    both = Image.new("RGB", (printed[0].width * 2, printed[0].height), "white")
    both.paste(printed[1], (0, 0))
    both.paste(printed[2], (printed[0].width, 0))
    bring(
        cast.staff,
        file(made.photo(), "kosong.jpg"),
        file(photographed(by_household[moved.pk])),
        file(photographed(by_household[written.pk])),
        file(photographed(theirs)),
        file(jpeg(both), "dua.jpg"),
        file(photographed(by_household[fine.pk])),
        file(scanned([by_household[fine.pk]]), "sekali-lagi.pdf"),
    )
    read_all()
    assert standing() == [
        ("loose", None, "Kode pada lembar tidak terbaca."),
        ("loose", None, f"{moved}: Usulan ini tidak sedang menunggu kunjungan lapangan."),
        ("loose", None, f"Kunjungan ke {written} sudah dicatat tanpa lembar ini. Lekatkan sendiri bila lembar ini miliknya."),
        ("loose", None, f"{foreign}: Hanya anggota tim yang ditugaskan yang mencatat kunjungan ini."),
        ("loose", None, "Halaman ini memuat lembar beberapa rumah tangga. Foto setiap lembar sendiri."),
        *attached(fine),
        *attached(fine),  # the same sheet photographed and scanned: two pictures
    ]  # fmt: skip


def test_a_household_outside_the_area_is_not_named(households, printed, cast):
    bring(cast.outsider, file(photographed(printed[0])))
    read_all()
    assert standing() == [("loose", None, "Rumah tangga pada lembar ini tidak ada di wilayah kerja Anda.")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("http://localhost:8000/usulan/0123456789AB/?versi=3", ("0123456789AB", 3)),
        ("http://localhost:8000/usulan/0123456789AB/", ("0123456789AB", None)),
        ("http://localhost:8000/usulan/0123456789AB/?versi=99999", ("0123456789AB", None)),
        ("http://localhost:8000/usulan/0123456789AB/?versi=-1", ("0123456789AB", None)),
        ("https://localhost:8000/usulan/0123456789AB/", None),
        ("http://elsewhere.example/usulan/0123456789AB/", None),
        ("http://localhost:8000/cek/ABCD/", None),
        ("http://localhost:8000/tidak/ada/", None),
        ("http://[", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_a_code_is_read_only_where_it_is_a_sheet_of_ours(text, told, settings):
    settings.PUBLIC_URL = "http://localhost:8000"
    assert sheets.read_code(text) == told


def test_the_same_page_again_is_known_by_its_hash(households, printed, cast):
    photo = photographed(printed[0])
    bring(cast.staff, file(photo))
    read_all()
    bring(cast.colleague, file(photo))  # of the same team
    bring(cast.staff, file(photo))
    read_all()
    assert standing() == [
        *attached(households[0]),
        ("loose", None, f"Halaman yang sama sudah dilekatkan ke {households[0]}."),
    ]


# Nothing is done twice, nothing is lost ----------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(households, printed, cast):
    photo = photographed(printed[0])
    assert len(bring(cast.staff, file(photo), file(photo, "lagi.jpg"))) == 1
    read_all()
    before = (standing(), StoredFile.objects.count())
    assert bring(cast.staff, file(photo)) == []
    read_all()
    assert (standing(), StoredFile.objects.count()) == before


class Killed(BaseException):
    """What no code of ours catches."""


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_worker_that_died_midway_is_followed_by_one_that_ends_the_same(households, printed, cast, monkeypatch, after):
    (scan,) = bring(cast.staff, file(scanned(printed), "pindaian.pdf"))
    honest, done = reading._place, []

    def dying(page, codes):
        if len(done) == after:
            raise Killed
        done.append(page.number)
        honest(page, codes)

    monkeypatch.setattr(reading, "_place", dying)
    if after < 3:
        with pytest.raises(Killed):
            reading.read_sheets(scan.pk)
        scan.refresh_from_db()
        assert (scan.stage, scan.pages.count()) == (Stage.READING, after)
    monkeypatch.setattr(reading, "_place", honest)
    for _ in range(2):
        reading.read_sheets(scan.pk)
    scan.refresh_from_db()
    assert (scan.stage, standing()) == (Stage.READ, attached(*households))
    assert StoredFile.objects.filter(original_name__startswith="lembar-").count() == 3


def test_a_scan_that_cannot_be_drawn_says_so_and_can_be_read_again(
    households, printed, cast, monkeypatch, client, run_jobs
):
    (scan,) = bring(cast.staff, file(scanned(printed), "pindaian.pdf"))
    monkeypatch.setattr("uep.files.codes._draw", lambda *given: {"refused": "bomb"})
    run_jobs()
    scan.refresh_from_db()
    assert (scan.stage, scan.error.split(".")[0]) == (
        Stage.FAILED, "PDF ini terlalu rumit untuk dibuka dengan aman"
    )  # fmt: skip
    monkeypatch.undo()
    client.force_login(cast.staff)
    assert "Coba lagi" in client.get(reverse("verification:sheets")).content.decode()
    assert client.post(reverse("verification:read_again", args=[scan.ref])).status_code == 303
    run_jobs()
    scan.refresh_from_db()
    assert (scan.stage, scan.error, standing()) == (Stage.READ, "", attached(*households))


def test_a_scan_that_cannot_be_read_is_put_aside_with_a_reason(households, cast, client, who_may):
    (scan,) = bring(cast.staff, file(made.photo()))
    SheetScan.objects.filter(pk=scan.pk).update(stage=Stage.FAILED, error="PDF ini rusak.")
    scan.refresh_from_db()
    assert who_may("verification.set_aside_scan", scan) == {"staff", "colleague", "outsider"}  # foreign: not found
    url = reverse("verification:set_aside_scan", args=[scan.ref])
    client.force_login(cast.colleague)
    assert client.post(url, {"reason": "Foto buram."}).status_code == 404
    client.force_login(cast.staff)
    assert url in client.get(reverse("verification:sheets")).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Foto buram."}).status_code == 303
    assert client.post(url, {"reason": "Foto buram."}).status_code == 403
    scan.refresh_from_db()
    assert (scan.stage, scan.reason, scan.decided_by) == (Stage.ASIDE, "Foto buram.", cast.staff)
    page = client.get(reverse("verification:sheets")).content.decode()
    assert ("Pembacaan berkas" in page, "Foto buram." in page) == (False, True)
    with pytest.raises(Refused):
        acts.read_again(scan, by=cast.staff)


# The page ----------------------------------------------------------------------------------------------------------------


def post(client, files):
    return client.post(reverse("verification:bring_sheets"), {"uploads": files}, follow=True)


def test_many_files_at_once_and_a_faulty_one_is_named(households, printed, cast, client, run_jobs):
    client.force_login(cast.staff)
    hostile = [
        file(b"MZ program", "kunjungan.jpg"),
        file(made.pdf(change=made.add_everything_active)[:400], "putus.pdf"),
        file(b"", "kosong.jpg"),
    ]
    good = [file(photographed(page), f"{n}.jpg") for n, page in enumerate(printed)]
    page = post(client, [*good, *hostile]).content.decode()
    assert "3 berkas diterima dan sedang dibaca." in page
    for name in ("kunjungan.jpg", "putus.pdf", "kosong.jpg"):
        assert f"Tidak disimpan. {name}: " in page
    run_jobs()
    assert standing() == attached(*households)
    assert "3 berkas sudah pernah Anda unggah" in post(
        client, [file(photographed(page), f"{n}.jpg") for n, page in enumerate(printed)]
    ).content.decode()  # fmt: skip


def test_only_faulty_files_or_too_many_keep_the_form(cast, client):
    client.force_login(cast.staff)
    url = reverse("verification:bring_sheets")
    told = client.post(url, {"uploads": [file(b"MZ", "program.jpg")]})
    assert told.status_code == 422
    assert "program.jpg: Isi berkas ini program" in told.content.decode()
    told = client.post(url, {"uploads": [file(made.photo(), f"{n}.jpg") for n in range(41)]})
    assert "Anda memilih 41 berkas; paling banyak 40 sekaligus." in told.content.decode()
    assert client.post(url, {}).status_code == 422
    assert SheetScan.objects.count() == 0


def test_who_may(households, printed, cast, who_may):
    bring(cast.staff, file(photographed(printed[0])), file(made.photo()))
    read_all()
    mine, loose = SheetPage.objects.order_by("pk")
    assert who_may("verification.bring_sheets", None) == {"staff", "colleague", "outsider"}
    assert who_may("verification.attach_sheet", mine) == {"staff", "colleague"}  # the team
    assert who_may("verification.attach_sheet", loose) == {"staff"}
    assert who_may("verification.set_aside_sheet", loose) == {"staff"}
    assert who_may("verification.read_again", mine.scan) == set()


def test_who_sees_a_page(households, printed, cast, statuses):
    bring(cast.staff, file(photographed(printed[0])), file(made.photo()))
    read_all()
    mine, loose = SheetPage.objects.order_by("pk")
    office = {"staff", "colleague", "kabid", "secretary", "head", "auditor"}
    rest = {"alice", "bob", "regent", "bank", "charlie", "admin"}
    assert statuses(reverse("verification:sheet", args=[mine.ref])) == {200: office, 404: {"outsider"}, 403: rest}
    assert statuses(reverse("verification:sheet", args=[loose.ref])) == {
        200: {"staff"}, 404: office - {"staff"} | {"outsider"}, 403: rest
    }  # fmt: skip


# By hand -----------------------------------------------------------------------------------------------------------------


def test_a_loose_page_is_attached_by_hand_to_a_household_that_is_due(households, cast, client):
    bring(cast.staff, file(made.photo()))
    read_all()
    page = SheetPage.objects.get()
    client.force_login(cast.staff)
    url = reverse("verification:attach_sheet", args=[page.ref])
    offered = client.get(url).context["form"].fields["proposal"].queryset
    assert set(offered) == set(households)
    assert client.post(url, {"proposal": households[1].ref}).status_code == 303
    page.refresh_from_db()
    assert (standing(), page.decided_by) == (attached(households[1]), cast.staff)
    assert list(sheets.loose(cast.staff)) == []


def test_a_page_goes_by_hand_to_nobody_elses_household(households, cast, walk):
    foreign = walk.proposals_at(State.COMPLETE, programme=walk.programme(name="UEP lain"))[0]
    bring(cast.staff, file(made.photo()))
    read_all()
    page = SheetPage.objects.get()
    with pytest.raises(Refused, match="Kabid belum menugaskan tim"):
        acts.attach_sheet(page, by=cast.staff, proposal=foreign)
    with pytest.raises(Refused):
        acts.attach_sheet(page, by=cast.colleague, proposal=households[0])


def test_a_page_is_put_aside_with_a_reason(households, cast, client):
    bring(cast.staff, file(made.photo()))
    read_all()
    page = SheetPage.objects.get()
    client.force_login(cast.staff)
    url = reverse("verification:set_aside_sheet", args=[page.ref])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Lembar coretan."}).status_code == 303
    assert "Lembar coretan." in client.get(reverse("verification:sheets")).content.decode()
    assert client.post(url, {"reason": "Lembar coretan."}).status_code == 403


def test_a_page_whose_household_went_to_another_team_is_loose_again(households, printed, cast):
    bring(cast.staff, file(photographed(printed[0])))
    read_all()
    assert [page.proposal for page in sheets.to_type(cast.staff)] == [households[0]]
    acts.reassign(
        households[0].assignments.get(), by=cast.kabid, proposals=[households[0]], leader=cast.colleague, members=[],
        starts=timezone.localdate(), ends=timezone.localdate() + timedelta(days=1), reason="Tim pertama sakit.",
    )  # fmt: skip
    assert list(sheets.to_type(cast.staff)) == []
    assert [page.proposal for page in sheets.loose(cast.staff)] == [households[0]]


# Typing over -------------------------------------------------------------------------------------------------------------


def test_the_form_shows_the_sheet_asks_the_day_and_goes_by_its_version(households, printed, cast, client):
    bring(cast.staff, file(photographed(printed[0])))
    read_all()
    page = SheetPage.objects.get()
    draft = acts.draft_instrument(households[0].programme, by=cast.kabid, note="Versi kedua")
    acts.enact_instrument(Instrument.objects.get(pk=draft.pk), by=cast.kabid)
    client.force_login(cast.colleague)
    url = reverse("verification:record_visit", args=[households[0].ref])
    response = client.get(url)
    form = response.context["form"]
    assert response.context["scans"] == [page]
    assert reverse("verification:sheet", args=[page.ref]) in response.content.decode()
    assert (form.version.number, form["visited_at"].value()) == (1, None)
    # On another household without a sheet nothing of it.
    other = client.get(reverse("verification:record_visit", args=[households[1].ref]))
    assert (other.context["scans"], other.context["form"].version.number) == ([], 2)


def test_a_form_by_another_version_says_so_beside_the_sheet(households, printed, cast, client):
    bring(cast.staff, file(photographed(printed[0])))
    read_all()
    draft = acts.draft_instrument(households[0].programme, by=cast.kabid, note="Versi kedua")
    acts.enact_instrument(Instrument.objects.get(pk=draft.pk), by=cast.kabid)
    client.force_login(cast.staff)
    page = client.get(reverse("verification:record_visit", args=[households[0].ref]) + "?versi=2").content.decode()
    assert "Formulir memakai instrumen versi 2; <strong>lembar ini dicetak dari versi 1</strong>" in page


def test_the_sheet_stays_with_the_visit_and_counts_as_no_photo(households, printed, cast, client):
    bring(cast.staff, file(photographed(printed[0])))
    read_all()
    client.force_login(cast.staff)
    day = timezone.localtime() - timedelta(minutes=10)
    data = {
        "visited_at": f"{day:%Y-%m-%dT%H:%M}", "found": "found", "met": "Siti", "identity_matches": "True",
        "lives_there": "True", "business_exists": "True", "recommendation": "eligible", "reason": "Usaha berjalan.",
        "answer_walls": "True",
    }  # fmt: skip
    url = reverse("verification:record_visit", args=[households[0].ref])
    assert client.post(url, data).status_code == 303
    visit = FieldVisit.objects.get()
    page = SheetPage.objects.get()
    address = reverse("verification:sheet", args=[page.ref])
    assert (page.visit, list(sheets.to_type(cast.staff))) == (visit, [])
    assert "sedikitnya satu foto" in client.get(visit.get_absolute_url()).content.decode()
    assert address in client.get(visit.get_absolute_url()).content.decode()
    assert address in client.get(url).content.decode()  # while it is still being written
    acts.photograph(visit, by=cast.staff, business=[file(made.photo())])
    acts.assess(households[0], by=cast.staff)
    client.force_login(cast.kabid)
    assert address in client.get(reverse("verification:validate", args=[households[0].ref])).content.decode()
    assert Proposal.objects.get(pk=households[0].pk).state == State.ASSESSED
    with pytest.raises(Refused, match="sudah diajukan"):
        acts.set_aside_sheet(page, by=cast.staff, reason="Salah lembar.")


def test_a_sheet_after_nobody_was_at_home_belongs_to_the_next_visit(households, printed, cast, client):
    first = acts.record_visit(households[0], by=cast.staff, visited_at=timezone.now(), found="away")
    bring(cast.staff, file(photographed(printed[0])))
    read_all()
    assert (standing(), SheetPage.objects.get().visit) == (attached(households[0]), None)
    client.force_login(cast.staff)
    again = client.get(reverse("verification:visit_again", args=[households[0].ref]))
    assert again.context["scans"] == [SheetPage.objects.get()]
    second = acts.visit_again(households[0], by=cast.staff, visited_at=timezone.now(), found="found")
    assert (SheetPage.objects.get().visit, first != second) == (second, True)


def test_what_waits_stands_on_the_desk_and_on_the_assignment(households, printed, cast, client):
    bring(cast.staff, *(file(photographed(page)) for page in printed[:2]), file(made.photo()))
    read_all()
    ours = {task.title for task in tasks(cast.colleague)}
    assert "Catat kunjungan 2 rumah tangga dari lembar kertas" in ours
    assert not any(title.startswith("Lekatkan") for title in ours)
    assert "Lekatkan 1 halaman lembar kertas" in {task.title for task in tasks(cast.staff)}
    client.force_login(cast.colleague)
    page = client.get(households[0].assignments.get().get_absolute_url()).content.decode()
    assert "Lembar yang menunggu dicatat" in page
    client.force_login(cast.kabid)
    page = client.get(households[0].assignments.get().get_absolute_url()).content.decode()
    assert "Lembar yang menunggu dicatat" not in page


def test_the_overview_asks_the_same_number_of_queries_for_one_and_for_three(
    households, printed, cast, client, django_assert_num_queries
):
    client.force_login(cast.staff)
    url = reverse("verification:sheets")
    bring(cast.staff, file(made.photo()), file(photographed(printed[0])))
    read_all()
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    bring(cast.staff, *(file(photographed(page)) for page in printed[1:]), file(made.photo(size=(300, 300))))
    read_all()
    with django_assert_num_queries(len(one)):
        page = client.get(url).content.decode()
    assert page.count("Catat kunjungan<") == 3


def test_where_nobody_was_at_home_the_list_leads_to_the_next_visit(households, printed, cast, client):
    acts.record_visit(households[0], by=cast.staff, visited_at=timezone.now(), found="away")
    bring(cast.staff, file(photographed(printed[0])))
    read_all()
    client.force_login(cast.colleague)
    page = client.get(reverse("verification:sheets")).content.decode()
    assert reverse("verification:visit_again", args=[households[0].ref]) in page
    assert reverse("verification:record_visit", args=[households[0].ref]) not in page
