"""A decree signed with ink: one person brings the scan, the codes on its pages are read, a second person confirms."""

from datetime import date, timedelta
from io import BytesIO
from threading import Barrier, Thread

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from decrees import actions, queries
from decrees.actions import ink
from decrees.models import Decree, DecreeNote, SignedScan
from notices.models import Notice
from oversight.queries.desk import tasks
from proposals.flow import State
from proposals.models import Proposal
from tests.decrees.conftest import again
from tests.files.scans import drawn, photographed, scanned
from tests.walk import upload
from uep.access.access import Refused, why_not
from uep.documents import numbering
from uep.documents.actions import reserve_number
from uep.documents.models import HeldNumber, NumberCounter, OfficialDocument
from uep.documents.papers import PAPERS
from uep.documents.render import pdf

pytestmark = pytest.mark.django_db
NUMBER = "188.45/17.a/HUK/2026"


def printed(decree) -> list:
    """The pages that go to the signatory, as a printer puts them out."""
    decree = Decree.objects.get(pk=decree.pk)
    decree.for_ink = True
    return drawn(pdf(PAPERS[decree.paper], decree))


def as_upload(content: bytes, name="sk.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def record(house, decree, *, by=None, number=NUMBER, on=None, scan=None) -> Decree:
    return actions.record_signature(
        decree,
        by=by or house.cast.secretary,
        number=number,
        date=on or timezone.localdate(),
        scan=scan or upload("sk-bertanda-tangan.jpg"),
    )


def confirm(house, decree, *, by=None, note="", scan=None) -> Decree:
    shown = scan or queries.waiting_scan(decree).ref
    return actions.confirm_signature(decree, by=by or house.cast.head, scan=shown, note=note)


def signed_on_paper(house, decree) -> Decree:
    """In force, by a scan that no machine could read and a person compared."""
    record(house, decree)
    ink.read_signed_scan(queries.waiting_scan(decree).pk)
    return confirm(house, decree, note="Dibandingkan dengan kertasnya.")


def counts(decree) -> tuple:
    row = SignedScan.objects.filter(decree=decree).latest("pk")
    return row.reading, row.pages, row.pages_expected, row.pages_matching, row.pages_foreign


def written(sequence: int, on: date) -> str:
    series = numbering.series_of("sk")
    return numbering.write(series, numbering.Place(sequence, ""), on)


@pytest.fixture
def at_regent(house) -> Decree:
    return house.at("at_regent", regent=True)


@pytest.fixture
def by_ink(settings):
    """The head of the office signs on paper, too."""
    settings.SIGNING_METHODS = {"office_head": "ink"}


# The way of a good scan ------------------------------------------------------------------------------------------------


def test_a_scan_counts_when_a_second_person_has_confirmed_it(house, at_regent, run_jobs):
    today, pages = timezone.localdate(), printed(at_regent)
    decree = record(house, at_regent, number="  188.45/17.a/HUK/2026 ", scan=as_upload(scanned(pages)))
    assert (decree.stage, decree.number, OfficialDocument.objects.count()) == ("at_regent", "", 0)
    assert "decrees.read_signed_scan" in run_jobs()
    assert counts(decree) == ("read", len(pages), len(pages), len(pages), 0)
    decree = confirm(house, decree)
    assert (decree.stage, decree.number, decree.date) == ("signed", NUMBER, today)
    assert (decree.signed_by, decree.signatory["name"]) == (house.cast.head, "Bupati Uji, S.E.")
    row = SignedScan.objects.get()
    assert (row.outcome, row.by, row.decided_by, row.scan) == (
        "confirmed", house.cast.secretary, house.cast.head, decree.scan,
    )  # fmt: skip
    assert set(Proposal.objects.values_list("state", flat=True)) == {State.DECREED}
    document = OfficialDocument.objects.get(paper="sk")
    assert (document.number, document.number_series, document.facts["on_paper"]) == (NUMBER, None, True)
    assert not NumberCounter.objects.filter(series__code="sk").exists()
    assert [note.act for note in DecreeNote.objects.filter(decree=decree)][:2] == [
        "decrees.confirm_signature",
        "decrees.record_signature",
    ]


@pytest.mark.parametrize("how", [{"turn": 180}, {"turn": 2.5, "dim": 0.6}, {"blur": 1.0, "table": 100}], ids=str)
def test_the_code_is_read_from_a_bad_picture(house, at_regent, run_jobs, how):
    first = printed(at_regent)[0]
    record(house, at_regent, scan=as_upload(photographed(first, **how), "sk.jpg"))
    run_jobs()
    assert counts(at_regent)[0] == "read"
    assert counts(at_regent)[3:] == (1, 0)


def test_whoever_may_confirm_finds_it_on_the_desk_and_is_told(house, at_regent, run_jobs):
    def titles(user):
        return [task.title for task in tasks(again(user)) if "pindaian" in task.title.lower()]

    before = {name: titles(getattr(house.cast, name)) for name in ("secretary", "head", "kabid")}
    record(house, at_regent, scan=as_upload(scanned(printed(at_regent))))
    run_jobs()
    wanted = [f"Konfirmasi pindaian SK: {at_regent.title}"]
    after = {name: titles(getattr(house.cast, name)) for name in ("secretary", "head", "kabid")}
    assert (before, after) == (
        {"secretary": [], "head": [], "kabid": []},
        {"secretary": [], "head": wanted, "kabid": []},  # one brought it, one wrote it
    )
    told = Notice.objects.filter(sentence__contains="pindaiannya menunggu konfirmasi")
    assert {notice.user for notice in told} == {house.cast.head, house.cast.kabid}


# Who may ---------------------------------------------------------------------------------------------------------------


def test_the_writer_may_bring_it_and_another_confirms(house, at_regent, run_jobs):
    decree = record(house, at_regent, by=house.cast.kabid, scan=as_upload(scanned(printed(at_regent))))
    run_jobs()
    assert why_not(house.cast.kabid, "decrees.confirm_signature", decree) == (
        "Anda yang mengunggah pindaian ini; orang lain yang mengonfirmasinya."
    )
    assert confirm(house, decree, by=house.cast.secretary).stage == "signed"


def test_the_writer_does_not_confirm_what_another_brought(house, at_regent, run_jobs):
    decree = record(house, at_regent, scan=as_upload(scanned(printed(at_regent))))
    run_jobs()
    with pytest.raises(Refused, match="Anda penyusun draf ini; pindaiannya dikonfirmasi orang lain"):
        confirm(house, decree, by=house.cast.kabid)
    with pytest.raises(Refused, match="Anda yang mengunggah pindaian ini"):
        confirm(house, decree, by=house.cast.secretary)
    assert Decree.objects.get(pk=decree.pk).stage == "at_regent"


def test_the_database_refuses_one_person_for_both(house, at_regent):
    record(house, at_regent)
    with pytest.raises(IntegrityError, match="who_scanned_does_not_confirm"), transaction.atomic():
        SignedScan.objects.update(outcome="confirmed", decided_by=house.cast.secretary, decided_at=timezone.now())


def test_what_was_brought_and_decided_never_changes(house, at_regent, run_jobs):
    record(house, at_regent, scan=as_upload(scanned(printed(at_regent))))
    run_jobs()
    for change in ({"number": "1"}, {"draft_hash": "0" * 64}, {"by": house.cast.head}, {"reading": "queued"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SignedScan.objects.update(**change)
    confirm(house, at_regent)
    with pytest.raises(DatabaseError), transaction.atomic():
        SignedScan.objects.update(outcome="aside", reason="Salah")
    with pytest.raises(DatabaseError), transaction.atomic():
        SignedScan.objects.all().delete()


# Doubts and refusals ----------------------------------------------------------------------------------------------------


def test_missing_pages_need_a_reason_in_writing(house, run_jobs):
    programme = house.programme(signatory="regent")
    decree = house.at("at_regent", decree=house.draft(house.eligible(programme, 30)))
    pages = printed(decree)
    assert len(pages) > 2
    record(house, decree, scan=as_upload(scanned(pages[:-1])))
    run_jobs()
    doubt = f"Pindaian {len(pages) - 1} halaman, naskahnya {len(pages)} halaman."
    assert queries.doubts_about(queries.waiting_scan(decree)) == [doubt]
    with pytest.raises(ValidationError) as refused:
        confirm(house, decree)
    assert refused.value.message_dict == {"note": [f"Jelaskan mengapa pindaian ini benar. {doubt}"]}
    assert Decree.objects.get(pk=decree.pk).stage == "at_regent"
    confirm(house, decree, note="Halaman terakhir kosong dan tidak dipindai.")
    assert SignedScan.objects.get().reason == "Halaman terakhir kosong dan tidak dipindai."
    assert (
        decree.notes.get(act="decrees.confirm_signature").note
        == f"{NUMBER}. Halaman terakhir kosong dan tidak dipindai."
    )


def test_a_scan_without_any_code_needs_a_reason(house, at_regent, run_jobs):
    """The legal bureau typed the decree anew."""
    record(house, at_regent)
    run_jobs()
    expected = len(printed(at_regent))
    assert counts(at_regent) == ("read", 1, expected, 0, 0)
    assert queries.doubts_about(queries.waiting_scan(at_regent)) == [
        f"Pindaian 1 halaman, naskahnya {expected} halaman.",
        "Tidak ada kode draf ini yang terbaca pada pindaian.",
    ]


def test_another_decrees_pages_are_never_confirmed(house, at_regent, run_jobs):
    other = house.at("at_regent", regent=True)
    mixed = [*printed(at_regent)[:-1], printed(other)[-1]]
    record(house, at_regent, scan=as_upload(scanned(mixed)))
    run_jobs()
    with pytest.raises(Refused, match="1 halaman pindaian ini berkode naskah lain"):
        confirm(house, at_regent, note="Tetap benar menurut saya.")
    actions.put_aside_scan(at_regent, by=house.cast.head, reason="Halaman tertukar")
    record(house, at_regent, scan=as_upload(scanned(printed(at_regent))))
    run_jobs()
    assert confirm(house, at_regent).stage == "signed"
    assert list(SignedScan.objects.order_by("pk").values_list("outcome", "reason")) == [
        ("aside", "Halaman tertukar"),
        ("confirmed", ""),
    ]


def test_an_older_print_of_the_same_draft_is_a_foreign_one(house, at_regent, run_jobs):
    older = printed(at_regent)
    actions.return_draft(at_regent, by=house.cast.regent, reason="Perbaiki judul")
    decree = Decree.objects.get(pk=at_regent.pk)
    actions.edit(decree, by=house.cast.kabid, title="Penetapan lain", considerations=decree.considerations)
    decree = house.at("at_regent", decree=Decree.objects.get(pk=decree.pk))
    record(house, decree, scan=as_upload(scanned(older)))
    run_jobs()
    assert counts(decree)[3:] == (0, len(older))


def test_a_draft_that_goes_back_takes_its_scan_along(house, at_regent):
    record(house, at_regent)
    actions.recall(at_regent, by=house.cast.kabid, reason="Bupati meminta perubahan")
    assert list(SignedScan.objects.values_list("outcome", "decided_by", "reason")) == [
        ("aside", house.cast.kabid.pk, "Bupati meminta perubahan")
    ]


def test_a_scan_that_is_still_being_read_waits(house, at_regent):
    decree = record(house, at_regent)
    assert (
        why_not(house.cast.head, "decrees.confirm_signature", decree) == "Pindaiannya sedang dibaca; tunggu sebentar."
    )
    assert why_not(house.cast.regent, "decrees.sign", decree) == "Pindaian SK bertanda tangan menunggu konfirmasi."
    with pytest.raises(Refused, match="sudah diunggah dan menunggu konfirmasi"):
        record(house, at_regent)


def test_a_scan_that_nobody_can_draw_is_looked_at_by_the_person(house, at_regent, run_jobs, monkeypatch):
    record(house, at_regent, scan=as_upload(scanned(printed(at_regent))))
    monkeypatch.setattr("uep.files.codes._draw", lambda *given: {"refused": "bomb"})
    run_jobs()
    row = queries.waiting_scan(at_regent)
    assert (row.reading, queries.doubts_about(row)) == ("failed", [row.error])
    assert row.error
    assert confirm(house, at_regent, note="Saya bandingkan dengan kertasnya.").stage == "signed"


def test_reading_twice_or_after_the_decision_changes_nothing(house, at_regent, run_jobs):
    record(house, at_regent, scan=as_upload(scanned(printed(at_regent))))
    run_jobs()
    before = SignedScan.objects.values().get()
    ink.read_signed_scan(before["id"])
    assert SignedScan.objects.values().get() == before
    confirm(house, at_regent)
    after = SignedScan.objects.values().get()
    ink.read_signed_scan(before["id"])
    assert SignedScan.objects.values().get() == after


@pytest.mark.parametrize("other", ["188.45/17.a/HUK/2026", "188.45/17.A/huk/2026", " 188.45/17.a/HUK/2026 "])
def test_a_number_that_is_used_is_refused(house, at_regent, run_jobs, other):
    record(house, at_regent)
    run_jobs()
    confirm(house, at_regent, note="Dibandingkan.")
    decree = house.at("at_regent", regent=True)
    with pytest.raises(ValidationError) as refused:
        record(house, decree, number=other)
    assert refused.value.message_dict == {"number": [f"Nomor {other.strip()} sudah dipakai SK lain."]}


def test_two_scans_with_one_number_end_with_one_decree(house, at_regent, run_jobs):
    other = house.at("at_regent", regent=True)
    record(house, at_regent)
    record(house, other)
    run_jobs()
    confirm(house, at_regent, note="Dibandingkan.")
    with pytest.raises(ValidationError, match="sudah dipakai"):
        confirm(house, other, note="Dibandingkan.")
    assert list(Decree.objects.filter(number=NUMBER)) == [at_regent]
    assert queries.waiting_scan(other) is not None


@pytest.mark.parametrize(
    "facts, message",
    [
        ({"on": date(2999, 1, 1)}, {"date": ["Tanggal penetapan tidak boleh setelah hari ini."]}),
        ({"number": "  "}, {"number": ["Nomor SK belum diisi."]}),
    ],
)
def test_wrong_facts_of_a_paper_are_refused_beside_their_field(house, at_regent, facts, message):
    with pytest.raises(ValidationError) as refused:
        record(house, at_regent, **facts)
    assert refused.value.message_dict == message


def test_a_day_on_which_nobody_held_the_post_is_refused(house, at_regent):
    with pytest.raises(ValidationError, match="Tidak ada pejabat yang tercatat sebagai Bupati pada 1 Januari 1999"):
        record(house, at_regent, on=date(1999, 1, 1))


def test_the_page_names_another_scan_than_the_one_that_waits(house, at_regent, run_jobs):
    record(house, at_regent)
    run_jobs()
    with pytest.raises(ValidationError, match="Pindaian lain diunggah sejak halaman ini dibuka"):
        confirm(house, at_regent, scan="0" * 12, note="Dibandingkan.")


@pytest.mark.django_db(transaction=True)
def test_two_confirm_at_once_and_one_does(house, run_jobs):
    decree = house.at("at_regent", regent=True)
    record(house, decree, by=house.cast.kabid)
    run_jobs()
    start, ends = Barrier(2), []

    def go(user):
        start.wait()
        try:
            ends.append(confirm(house, decree, by=user, note="Dibandingkan.", scan=shown).stage)
        except Refused as refusal:
            ends.append(str(refusal))
        finally:
            connection.close()

    shown = queries.waiting_scan(decree).ref
    both = [Thread(target=go, args=[again(user)]) for user in (house.cast.secretary, house.cast.head)]
    [thread.start() for thread in both]
    [thread.join() for thread in both]
    assert sorted(ends) == ["SK ini sudah ditetapkan.", "signed"]
    assert OfficialDocument.objects.filter(paper="sk").count() == 1


# The head of the office on paper -----------------------------------------------------------------------------------------


def test_the_heads_decree_on_paper_takes_the_next_number_of_the_series(house, by_ink, run_jobs):
    decree = house.at("endorsed")
    assert why_not(house.cast.head, "decrees.sign", decree) == ("SK ini ditandatangani di kertas; unggah pindaiannya.")
    today = timezone.localdate()
    number = written(1, today)
    with pytest.raises(ValidationError) as refused:
        record(house, decree, number=written(3, today))
    assert refused.value.message_dict == {"number": [f"Nomor tidak boleh terlewat; yang berikutnya {number}."]}
    record(house, decree, number=number, scan=as_upload(scanned(printed(decree))))
    run_jobs()
    decree = confirm(house, decree)
    document = OfficialDocument.objects.get(paper="sk")
    assert (decree.number, document.number, document.number_series.code) == (number, number, "sk")
    assert NumberCounter.objects.get(series__code="sk", year=today.year).last == 1


def test_the_heads_decree_on_paper_bears_the_number_kept_for_it(house, by_ink, run_jobs):
    decree = house.at("draft")
    series = numbering.series_of("sk")
    yesterday = timezone.localdate() - timedelta(days=1)
    held = reserve_number(series, by=house.cast.secretary, date=yesterday, reason="Rapat pleno kemarin")
    actions.set_number(decree, by=house.cast.kabid, number=held)
    decree = house.at("endorsed", decree=Decree.objects.get(pk=decree.pk))
    with pytest.raises(ValidationError, match="sudah dipesan Nomor"):
        record(house, decree, number=written(2, yesterday), on=yesterday)
    record(house, decree, number=held.number, on=yesterday, scan=as_upload(scanned(printed(decree))))
    run_jobs()
    decree = confirm(house, decree)
    assert (decree.number, decree.date) == (held.number, yesterday)
    assert HeldNumber.objects.get().document == OfficialDocument.objects.get(paper="sk")


# Its pages ---------------------------------------------------------------------------------------------------------------


def test_the_pages_from_the_print_to_the_decree_in_force(client, house, at_regent, run_jobs):
    client.force_login(house.cast.secretary)
    copy = client.get(reverse("decrees:for_ink", args=[at_regent.ref]))
    with pikepdf.open(BytesIO(copy.content)) as opened:
        pages = len(opened.pages)
    page = client.get(reverse("decrees:record_signature", args=[at_regent.ref]))
    assert page.status_code == 200
    sent = {
        "seen": page.context["form"]["seen"].value(),
        "number": NUMBER,
        "date": timezone.localdate().isoformat(),
        "scan": as_upload(scanned(drawn(copy.content))),
    }
    done = client.post(reverse("decrees:record_signature", args=[at_regent.ref]), sent, follow=True)
    assert "Pindaian disimpan dan sedang dibaca" in done.content.decode()
    assert done["Refresh"] == "5"
    run_jobs()
    client.force_login(house.cast.head)
    page = client.get(reverse("decrees:confirm_signature", args=[at_regent.ref]))
    assert f"{pages} dari {pages}" in page.content.decode()
    shown = client.get(reverse("decrees:waiting_scan", args=[at_regent.ref]))
    assert b"".join(shown.streaming_content).startswith(b"%PDF")
    form = page.context["form"]
    sent = {"seen": form["seen"].value(), "scan": form["scan"].value(), "note": ""}
    done = client.post(reverse("decrees:confirm_signature", args=[at_regent.ref]), sent, follow=True)
    assert "Pindaian dikonfirmasi dan SK berlaku" in done.content.decode()
    again_sent = client.post(reverse("decrees:confirm_signature", args=[at_regent.ref]), sent)
    assert again_sent.status_code == 403
    assert client.get(reverse("decrees:waiting_scan", args=[at_regent.ref])).status_code == 404
