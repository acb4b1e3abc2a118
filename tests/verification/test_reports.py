"""What phones bring back: filed once, or kept for Kabid; never lost, never silently winning."""

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

import verification.actions as acts
from proposals.flow import State
from proposals.models import Proposal
from tests.verification.phone import Phone, shot
from uep.access.access import Refused
from verification.models import FieldReport, FieldVisit, PlannedVisit, ReportPart
from verification.queries import reports

pytestmark = pytest.mark.django_db
Stand = FieldReport.State


@pytest.fixture
def household(walk):
    """A household that a team is to visit."""
    (proposal,) = walk.proposals_at(State.COMPLETE)
    walk.assigned([proposal])
    return Proposal.objects.get(pk=proposal.pk)


@pytest.fixture
def phone(cast, household):
    return Phone(cast.staff)


def facts_of(visit) -> dict:
    return {
        "by": visit.by.pk,
        "round": visit.round,
        "found": visit.found,
        "position": (str(visit.latitude), str(visit.longitude), visit.accuracy, visit.position_from),
        "recommendation": visit.recommendation,
        "photos": [(photo.subject, str(photo.file.latitude), photo.file.position_from, bool(photo.file.taken_at))
                   for photo in visit.photos.order_by("subject")],
    }  # fmt: skip


FILED = {
    "round": 1,
    "found": "found",
    "position": ("-2.012345", "111.212345", 12, "device"),
    "recommendation": "eligible",
    "photos": [("business", "-2.012345", "device", True), ("signature", "-2.012345", "device", True)],
}


def test_a_report_with_all_its_photos_is_a_visit_that_is_handed_in(phone, household):
    envelope, photos = phone.write(household)
    report = phone.send(envelope)
    assert (report.state, report.visit) == (Stand.RECEIVING, None)
    report = phone.send_all(envelope, photos)
    household.refresh_from_db()
    assert (report.state, household.state, facts_of(report.visit)) == (
        Stand.FILED,
        State.ASSESSED,
        FILED | {"by": phone.user.pk},
    )
    assert [bytes(part.received) for part in report.parts.all()] == [b"", b""]


def test_sent_twice_it_is_one_visit(phone, household):
    envelope, photos = phone.write(household)
    first, second = phone.send_all(envelope, photos), phone.send_all(envelope, photos)
    assert (first.pk, first.visit_id) == (second.pk, second.visit_id)
    assert (FieldReport.objects.count(), FieldVisit.objects.filter(proposal=household).count()) == (1, 1)


def test_a_broken_upload_goes_on_where_it_broke(phone, household):
    envelope, photos = phone.write(household, shades=(3,))
    phone.send(envelope)
    data = photos[1]
    lengths = [len(phone.piece(envelope, 1, start, piece).received) for start, piece in
               ((0, data[:100]), (50, data[50:300]), (900, data[900:]), (0, data[:20]))]  # fmt: skip
    assert lengths == [100, 300, 300, 300]
    assert phone.piece(envelope, 1, 300, data[300:]).file.received_sha256 == envelope.parts[0].sha256


def test_bytes_that_came_in_wrong_are_asked_for_again(phone, household):
    envelope, photos = phone.write(household, shades=(4,))
    phone.send(envelope)
    spoilt = bytes([photos[1][0] ^ 1]) + photos[1][1:]
    part = phone.piece(envelope, 1, 0, spoilt)
    assert (bytes(part.received), part.is_whole) == (b"", False)
    assert phone.send_all(envelope, photos).state == Stand.FILED


def test_what_is_no_picture_does_not_cost_the_report(phone, household):
    text = b"<?php echo 'foto'; ?>" * 20
    envelope, _ = phone.write(household, shades=(5, 6))
    wrong = replace(envelope.parts[0], sha256=sha256(text).hexdigest(), size=len(text))
    envelope = replace(envelope, parts=(wrong, envelope.parts[1]))
    report = phone.send_all(envelope, {1: text, 2: shot(6)})
    assert report.state == Stand.FILED
    assert [bool(part.trouble) for part in report.parts.all()] == [True, False]
    assert [photo.subject for photo in report.visit.photos.all()] == ["signature"]


def test_two_phones_on_one_household_the_second_waits_for_kabid(phone, household, cast):
    other = Phone(cast.colleague)
    mine, theirs = phone.write(household), other.write(household, shades=(7, 8), recommendation="ineligible")
    assert phone.send_all(*mine).state == Stand.FILED
    second = other.send_all(*theirs)
    assert (second.state, second.trouble) == (Stand.CONFLICT, "Usulan ini tidak sedang menunggu kunjungan lapangan.")
    assert [part.file is not None for part in second.parts.all()] == [True, True]
    assert list(reports.to_decide(cast.kabid)) == [second]
    assert FieldVisit.objects.get(proposal=household).recommendation == "eligible"


def test_what_was_written_in_the_browser_meanwhile_is_not_overwritten(phone, household, cast):
    told = phone.write(household)
    acts.record_visit(household, by=cast.colleague, visited_at=told[0].finished_at, found="found", met="Tetangga")
    report = phone.send_all(*told)
    sentence = "Sementara ponsel di lapangan, kunjungan ke rumah tangga ini dicatat dengan cara lain."
    assert (report.state, report.trouble) == (Stand.CONFLICT, sentence)
    assert FieldVisit.objects.get(proposal=household).met == "Tetangga"


def test_a_team_called_back_meanwhile_keeps_its_report(phone, household, cast):
    told = phone.write(household)
    acts.end_assignment(household.assignments.get(), by=cast.kabid, reason="Jembatan putus.")
    report = phone.send_all(*told)
    assert (report.state, report.trouble) == (Stand.CONFLICT, "Kabid belum menugaskan tim ke rumah tangga ini.")


def test_a_form_that_the_browser_would_not_take_is_kept_with_its_faults(phone, household):
    report = phone.send_all(*phone.write(household, found="", latitude="95"))
    assert report.state == Stand.CONFLICT
    assert report.trouble == (
        "Calon penerima: Calon penerima belum dipilih. Lintang: Pastikan nilai ini lebih kecil dari atau sama dengan 6."
    )


def test_nobody_at_home_then_somebody_are_two_visits(phone, household):
    away = phone.send_all(*phone.write(household, shades=(), found="away", recommendation="", reason=""))
    household.refresh_from_db()
    assert (away.visit.round, household.state) == (1, State.COMPLETE)
    found = phone.send_all(*phone.write(household))
    household.refresh_from_db()
    assert (found.visit.round, household.state, found.visit.proposal.visits.count()) == (2, State.ASSESSED, 2)


# Kabid -------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def conflict(phone, household, cast):
    told = phone.write(household)
    acts.record_visit(household, by=cast.colleague, visited_at=told[0].finished_at, found="found", met="Tetangga")
    return phone.send_all(*told)


def test_adopted_it_is_the_next_visit_of_who_wrote_it(conflict, phone, cast, household):
    facts = phone.read(household, conflict.facts)
    visit = acts.adopt_report(conflict, by=cast.kabid, reason="Lebih lengkap.", facts=facts)
    conflict.refresh_from_db()
    assert (conflict.state, conflict.visit, conflict.decided_by) == (Stand.FILED, visit, cast.kabid)
    assert facts_of(visit) == FILED | {"by": cast.staff.pk, "round": 2}
    acts.assess(household, by=cast.staff)
    household.refresh_from_db()
    assert household.state == State.ASSESSED


def test_set_aside_it_stays_readable_with_its_reason(conflict, cast):
    acts.set_aside_report(conflict, by=cast.kabid, reason="Kunjungan lain sudah cukup.")
    conflict.refresh_from_db()
    assert (conflict.state, conflict.visit, conflict.reason) == (Stand.SET_ASIDE, None, "Kunjungan lain sudah cukup.")
    with pytest.raises(Refused, match="tidak menunggu keputusan"):
        acts.set_aside_report(conflict, by=cast.kabid, reason="Sekali lagi.")


def test_only_kabid_decides_and_not_about_an_own_report(conflict, cast, who_may, stand_in):
    assert who_may("verification.adopt_report", conflict) == {"kabid"}
    acting = stand_in(cast.staff, "division_head")
    with pytest.raises(Refused, match="oleh orang lain"):
        acts.set_aside_report(conflict, by=acting, reason="Tidak perlu.")


def test_a_report_about_a_household_that_moved_on_is_adopted_after_it_is_visited_again(phone, household, cast, walk):
    other = Phone(cast.colleague)
    mine, theirs = phone.write(household), other.write(household, shades=(9, 10))
    phone.send_all(*mine)
    late = other.send_all(*theirs)
    facts = other.read(household, late.facts)
    with pytest.raises(Refused, match="Kunjungi lagi"):
        acts.adopt_report(late, by=cast.kabid, reason="Lebih lengkap.", facts=facts)
    acts.revisit(Proposal.objects.get(pk=household.pk), by=cast.kabid, reason="Lihat lagi.")
    late.refresh_from_db()
    with pytest.raises(Refused, match="Tugaskan tim"):
        acts.adopt_report(late, by=cast.kabid, reason="Lebih lengkap.", facts=facts)
    walk.assigned([household])
    assert acts.adopt_report(late, by=cast.kabid, reason="Lebih lengkap.", facts=facts).round == 2


# The phone ---------------------------------------------------------------------------------------------------------------


def test_a_phone_takes_along_what_its_user_is_to_visit(phone, household, cast, walk):
    walk.proposals_at(State.COMPLETE, programme=household.programme)  # nobody is sent there
    assert [errand.proposal for errand in reports.errands(cast.staff)] == [household]
    assert reports.errands(cast.outsider) == []


def test_errands_come_in_the_order_of_the_days_and_of_the_route(walk, cast):
    """Not by name, and not by when they were entered."""
    first, second, third = walk.proposals_at(State.COMPLETE, 3)
    walk.assigned([first, second, third])
    today = timezone.localdate()
    for row, day, position in ((first, 1, 1), (second, 0, 2), (third, 0, 1)):
        PlannedVisit.objects.filter(proposal=row).update(day=today + timedelta(days=day), position=position)
    assert [(errand.proposal, errand.day) for errand in reports.errands(cast.staff)] == [
        (third, today),
        (second, today),
        (first, today + timedelta(days=1)),
    ]


def test_a_lost_phone_is_shut_out(phone, household, cast):
    told = phone.write(household)
    device = reports.device_of(cast.staff, phone.key)
    acts.shut_out_device(device, by=cast.kabid, reason="Hilang di jalan.")
    for attempt in (
        lambda: phone.send(told[0]),
        lambda: acts.take_along(cast.staff, by=cast.staff, key=phone.key, name=""),
    ):
        with pytest.raises(ValidationError, match="sudah ditutup"):
            attempt()
    assert FieldReport.objects.count() == 0


def test_nobody_sends_for_another_household_or_with_another_key(phone, household, cast):
    envelope, _ = phone.write(household)
    stranger = Phone(cast.outsider)
    with pytest.raises(Proposal.DoesNotExist):
        stranger.send(envelope)
    phone.key = "kunci lain"
    with pytest.raises(ValidationError, match="belum terdaftar"):
        phone.send(envelope)


def test_a_known_uid_with_other_words_is_refused(phone, household):
    envelope, _ = phone.write(household)
    phone.send(envelope)
    with pytest.raises(ValidationError, match="sudah dipakai"):
        phone.send(replace(envelope, facts=envelope.facts | {"met": ["Orang lain"]}))
    with pytest.raises(ReportPart.DoesNotExist):
        phone.piece(replace(envelope, uid=uuid4()), 1, 0, b"x")


def test_more_than_a_phone_of_ours_sends_is_refused(phone, household):
    envelope, _ = phone.write(household)
    part = envelope.parts[0]
    for parts in ((replace(part, size=3_000_000),), (replace(part, subject="lain"),), (part, part)):
        with pytest.raises(ValidationError, match="paling banyak"):
            phone.send(replace(envelope, parts=parts))


def test_what_the_phone_said_cannot_be_changed(phone, household):
    report = phone.send(phone.write(household)[0])
    for change in ({"facts": {}}, {"base": "9/"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            FieldReport.objects.filter(pk=report.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        FieldReport.objects.filter(pk=report.pk).delete()


# Over the line -----------------------------------------------------------------------------------------------------------

TAKE, SEND = "/verifikasi/lapangan/bekal/", "/verifikasi/lapangan/kirim/"


@pytest.fixture
def line(client, cast):
    """A signed-in client, as the app speaks to the office."""
    client.force_login(cast.staff)
    return client


def body_of(envelope, key) -> dict:
    parts = [vars(part) | {"taken_at": part.taken_at.isoformat()} for part in envelope.parts]
    times = {"uid": str(envelope.uid), "finished_at": envelope.finished_at.isoformat()}
    return vars(envelope) | times | {"key": key, "parts": parts}


def test_what_is_taken_along_is_what_the_visit_needs_and_no_more(line, household, cast):
    pack = line.post(TAKE, {"key": "", "name": "HP uji"}).json()
    (errand,) = pack.pop("errands")
    assert sorted(pack) == ["at", "csrf", "device", "key", "piece", "reader", "subjects"]
    assert sorted(errand) == [
        "assignment", "base", "day", "expires", "facts", "form", "name", "order", "ref", "register", "until", "url", "village",
    ]  # fmt: skip
    assert [label for label, _ in errand["facts"]] == ["Alamat", "Usaha", "Diminta"]
    assert 'name="visited_at"' in errand["form"]
    assert str(household.nik) not in str(errand)
    assert str(household.kk_number) not in str(errand)


def test_over_the_line_it_goes_as_in_the_actions(line, household, phone):
    key = line.post(TAKE, {"key": "", "name": "HP uji"}).json()["key"]
    envelope, photos = phone.write(household)
    told = line.post(SEND, body_of(envelope, key), content_type="application/json").json()
    assert (told["state"], told["parts"]) == ("receiving", {"1": 0, "2": 0})
    for number, data in photos.items():
        told = line.post(
            f"{SEND}?laporan={envelope.uid}&bagian={number}&mulai=0",
            data,
            content_type="application/octet-stream",
            headers={"X-Device": key},
        ).json()
    visit = FieldVisit.objects.get(proposal=household)
    assert told == {
        "state": "filed",
        "label": "Menjadi kunjungan",
        "trouble": "",
        "url": visit.get_absolute_url(),
        "parts": {str(part.number): part.size for part in envelope.parts},
        "spoilt": [],
    }


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"", 422),
        ("application/json", b"[]", 422),
        ("application/json", b'{"key": 1}', 422),
        ("application/json", b"[" * 100_000, 422),
        ("application/json", b"\xff\xfe", 422),
        ("application/octet-stream", b"x", 422),
        ("text/plain", b"x", 422),
    ],
)
def test_what_no_phone_of_ours_sends_is_refused(line, content_type, body, status):
    answer = line.post(SEND, body, content_type=content_type)
    assert (answer.status_code, answer.json()["code"]) == (status, "unreadable")


@pytest.mark.parametrize(
    "change",
    [
        {"uid": "1"},
        {"finished_at": "2026-11-24T10:00:00"},
        {"facts": {"met": "Siti"}},
        {"facts": {"met": [1]}},
        {"facts": {"met": ["\x00"]}},
        {"parts": [{}]},
        {"parts": [{"number": 1, "subject": "house", "sha256": "0", "size": 1, "taken_at": "2026-11-24T10:00:00Z",
                    "latitude": 300, "longitude": 0}]},
    ],
)  # fmt: skip
def test_a_damaged_report_is_refused_whole(line, household, phone, change):
    body = body_of(phone.write(household)[0], phone.key) | change
    answer = line.post(SEND, body, content_type="application/json")
    assert (answer.status_code, FieldReport.objects.count()) == (422, 0)


def test_each_refusal_has_a_status_of_its_own(line, household, phone, cast):
    envelope, _ = phone.write(household)
    body = body_of(envelope, phone.key)
    send = lambda **change: line.post(SEND, body | change, content_type="application/json")  # noqa: E731
    assert (send(key="lain").status_code, send(proposal="0" * 12).status_code) == (401, 404)
    assert (send().status_code, send(base="9/").status_code) == (200, 409)
    acts.shut_out_device(reports.device_of(cast.staff, phone.key), by=cast.staff, reason="Hilang.")
    gone = send()
    assert (gone.status_code, gone.headers["Clear-Site-Data"]) == (410, '"cache", "storage"')


def test_pages_of_the_app_need_a_sign_in_and_name_no_household(line, household):
    shell = line.get("/verifikasi/lapangan/").content.decode()
    worker = line.get("/verifikasi/lapangan/pekerja.js")
    assert (household.name in shell, worker.headers["Content-Type"]) == (False, "text/javascript")
    line.logout()
    assert line.get("/verifikasi/lapangan/pekerja.js").status_code == 302


def test_installed_it_opens_where_its_worker_serves(line):
    shell = line.get("/verifikasi/lapangan/").content.decode()
    manifest = json.loads((settings.BASE_DIR / "static/field/manifest.webmanifest").read_text())
    assert 'rel="manifest" href="/static/field/manifest.webmanifest"' in shell
    assert (manifest["start_url"], manifest["scope"]) == ("/verifikasi/lapangan/", "/verifikasi/lapangan/")
    assert [(settings.BASE_DIR / "static/field" / icon["src"]).is_file() for icon in manifest["icons"]] == [True, True]


def test_signing_out_wipes_the_phone(line):
    assert line.post("/keluar/").headers["Clear-Site-Data"] == '"storage"'


def test_kabid_reads_a_conflict_and_decides_on_its_page(conflict, client, cast):
    client.force_login(cast.kabid)
    page = client.get(conflict.get_absolute_url()).content.decode()
    assert [text in page for text in ("Calon penerima", "Usaha berjalan.", "Layak", conflict.trouble)] == [True] * 4
    desk = client.get("/").content.decode()
    assert f"Putuskan laporan ponsel tentang {conflict.proposal.name}" in desk
    answer = client.post(f"{conflict.get_absolute_url()}pakai/", {"reason": "Lebih lengkap."})
    conflict.refresh_from_db()
    assert (answer.status_code, answer.headers["Location"]) == (303, conflict.visit.get_absolute_url())
