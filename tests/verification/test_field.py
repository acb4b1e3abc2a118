"""The field: who goes, what they saw, photos, handing in, minutes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from proposals.flow import State
from proposals.models import Proposal
from tests.walk import upload
from uep.access.access import Refused, why_not
from uep.access.roles import Role
from uep.documents.models import OfficialDocument
from uep.documents.queries import document_of, documents_of
from verification import actions, queries
from verification.models import Assignment, FieldVisit, VisitPhoto

pytestmark = pytest.mark.django_db
Found = FieldVisit.Found


@pytest.fixture
def waiting(walk):
    """Two households that wait for a team."""
    return walk.proposals_at(State.COMPLETE, 2)


@pytest.fixture
def assigned(walk, waiting):
    """The assignment of staff and colleague to both."""
    return walk.assigned(waiting)


def send(programme, cast, **changes):
    today = timezone.localdate()
    facts = {
        "by": cast.kabid,
        "leader": cast.staff,
        "members": [cast.colleague],
        "starts": today,
        "ends": today,
        "purpose": "Verifikasi",
    }
    return actions.assign_team(programme, **(facts | changes))


def seen(**changes) -> dict:
    """The facts of a whole visit."""
    return {
        "visited_at": timezone.now(),
        "found": Found.FOUND,
        "met": "Calon penerima",
        "identity_matches": True,
        "lives_there": True,
        "business_exists": True,
        "indicators": {"walls": True},
        "recommendation": FieldVisit.Recommendation.ELIGIBLE,
        "reason": "Usaha berjalan.",
    } | changes


# Who goes -------------------------------------------------------------------------------------------------------------


def test_a_team_is_sent_and_its_letter_issued(waiting, cast):
    assignment = send(
        waiting[0].programme, cast, proposals=waiting, members=[cast.colleague, cast.staff], vehicle="KH 1"
    )
    assert list(assignment.proposals.order_by("pk")) == waiting
    assert [queries.team_of(assignment), assignment.made_by] == [[cast.staff, cast.colleague], cast.kabid]
    assert document_of("surat_tugas", assignment).number == f"094/1/DINSOS/{roman()}/{timezone.localdate().year}"
    assert not queries.waiting_for_assignment(cast.kabid).exists()
    assert queries.current_assignment(waiting[0]) == assignment


def roman() -> str:
    return ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"][timezone.localdate().month - 1]


def test_a_household_is_not_sent_to_twice(waiting, assigned, walk, cast):
    late = walk.proposals_at(State.COMPLETE, programme=waiting[0].programme)
    with pytest.raises(ValidationError) as refused:
        send(waiting[0].programme, cast, proposals=[waiting[0], *late])
    assert refused.value.message_dict == {"proposals": [f"Tidak lagi menunggu penugasan tim: {waiting[0].name}."]}
    assert Assignment.objects.count() == 1


def test_nobody_is_sent_where_nobody_waits(waiting, assigned, cast):
    with pytest.raises(Refused, match=r"Tidak ada usulan yang menunggu penugasan tim\."):
        send(waiting[0].programme, cast, proposals=waiting)


def test_someone_of_another_area_is_not_sent(waiting, cast):
    with pytest.raises(ValidationError, match="Wilayah kerja Oka Uji tidak mencakup semua rumah tangga yang dipilih"):
        send(waiting[0].programme, cast, proposals=waiting, members=[cast.outsider])


def test_an_empty_choice_is_refused(waiting, cast):
    with pytest.raises(ValidationError, match="Pilih sedikitnya satu rumah tangga"):
        send(waiting[0].programme, cast, proposals=[])


def test_only_kabid_sends_a_team(waiting, who_may, statuses):
    programme = waiting[0].programme
    assert who_may("verification.assign_team", programme) == {"kabid"}
    assert statuses(reverse("verification:assign_team", args=[programme.ref])) == {
        200: {"kabid"},
        403: {"alice", "bob", "staff", "colleague", "outsider", "secretary", "head", "regent", "bank", "charlie",
              "auditor", "admin"},
    }  # fmt: skip


def test_the_load_counts_households_still_to_be_visited(waiting, assigned, walk, cast):
    def loads():
        return {person.username: person.load for person in queries.team_choices(cast.kabid)}

    assert loads() == {"oka": 0, "sari": 2, "tono": 2}
    walk.visited(waiting[0])
    assert loads() == {"oka": 0, "sari": 1, "tono": 1}
    actions.end_assignment(assigned, by=cast.kabid, reason="Jalan putus.")
    assert loads() == {"oka": 0, "sari": 0, "tono": 0}


def test_the_form_ticks_the_households_of_the_district_asked_for(waiting, cast, client):
    client.force_login(cast.kabid)
    url = reverse("verification:assign_team", args=[waiting[0].programme.ref])
    assert client.get(f"{url}?kecamatan=62.09.03").content.decode().count(" checked") == 2
    assert client.get(url).content.decode().count(" checked") == 0
    assert waiting[0].name not in client.get(f"{url}?kecamatan=62.09.01").content.decode()


def test_the_form_sends_a_team(waiting, cast, client):
    client.force_login(cast.kabid)
    today = timezone.localdate()
    url = reverse("verification:assign_team", args=[waiting[0].programme.ref])
    data = {
        "proposals": [waiting[1].pk],
        "leader": cast.colleague.pk,
        "members": [cast.staff.pk],
        "starts": today.isoformat(),
        "ends": (today - timedelta(days=1)).isoformat(),
        "purpose": "Verifikasi lapangan",
        "vehicle": "",
    }
    answer = client.post(url, data)
    assert answer.status_code == 422
    assert "tanggal sampai tidak boleh sebelumnya." in answer.content.decode()
    answer = client.post(url, data | {"ends": today.isoformat()})
    assignment = Assignment.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, assignment.get_absolute_url())
    assert (assignment.leader, list(assignment.proposals.all())) == (cast.colleague, [waiting[1]])


# Called back ----------------------------------------------------------------------------------------------------------


def test_a_team_that_never_went_is_called_back_and_its_letter_revoked(waiting, assigned, cast):
    actions.end_assignment(assigned, by=cast.kabid, reason="Kendaraan rusak.")
    assert list(queries.waiting_for_assignment(cast.kabid)) == waiting
    [letter] = documents_of(assigned)
    assert (letter.status, letter.reason) == (OfficialDocument.Status.REVOKED, "Kendaraan rusak.")
    with pytest.raises(Refused, match=r"Kabid belum menugaskan tim ke rumah tangga ini\."):
        actions.record_visit(waiting[0], by=cast.staff, **seen())


def test_a_team_that_went_halfway_keeps_its_letter(waiting, assigned, walk, cast):
    walk.visited(waiting[0])
    actions.end_assignment(assigned, by=cast.kabid, reason="Jalan putus.")
    assert list(queries.waiting_for_assignment(cast.kabid)) == [waiting[1]]
    assert document_of("surat_tugas", assigned).status == OfficialDocument.Status.CURRENT


def test_another_team_starts_with_a_clean_sheet(waiting, assigned, cast):
    first = actions.record_visit(waiting[0], by=cast.staff, **seen(remarks="Setengah jadi"))
    actions.end_assignment(assigned, by=cast.kabid, reason="Sakit semua.")
    send(waiting[0].programme, cast, proposals=waiting, leader=cast.colleague, members=[])
    second = actions.record_visit(waiting[0], by=cast.colleague, **seen())
    first.refresh_from_db()
    assert (first.round, first.remarks, second.round) == (1, "Setengah jadi", 2)
    sentence = "Hanya anggota tim yang ditugaskan yang mencatat kunjungan ini."
    assert why_not(cast.staff, "verification.record_visit", waiting[0]) == sentence


def test_only_kabid_calls_back_and_only_once(waiting, assigned, who_may, walk, cast):
    assert who_may("verification.end_assignment", assigned) == {"kabid"}
    actions.end_assignment(assigned, by=cast.kabid, reason="Cukup dulu.")
    with pytest.raises(Refused, match="sudah diakhiri"):
        actions.end_assignment(assigned, by=cast.kabid, reason="Cukup dulu.")


def test_a_finished_assignment_is_not_called_back(waiting, assigned, walk, cast):
    for proposal in waiting:
        walk.visited(proposal)
    sentence = "Semua rumah tangga tugas ini sudah dikunjungi."
    assert why_not(cast.kabid, "verification.end_assignment", assigned) == sentence


# What they saw --------------------------------------------------------------------------------------------------------


def test_only_the_team_records_the_visit(waiting, assigned, who_may, statuses):
    assert who_may("verification.record_visit", waiting[0]) == {"staff", "colleague"}
    assert statuses(reverse("verification:record_visit", args=[waiting[0].ref])) == {
        200: {"staff", "colleague"},
        404: {"outsider"},
        403: {"alice", "bob", "kabid", "secretary", "head", "regent", "bank", "charlie", "auditor", "admin"},
    }


def test_a_visit_is_changed_until_it_is_handed_in(waiting, assigned, cast):
    actions.record_visit(waiting[0], by=cast.staff, visited_at=timezone.now(), found=Found.FOUND)
    visit = actions.record_visit(waiting[0], by=cast.colleague, **seen(met="Ketua RT"))
    assert (FieldVisit.objects.count(), visit.by, visit.met, visit.round) == (1, cast.colleague, "Ketua RT", 1)


def test_what_was_handed_in_stays(waiting, assigned, walk, cast):
    visit = walk.visited(waiting[0])
    with pytest.raises(DatabaseError, match="what_was_handed_in_stays"), transaction.atomic():
        FieldVisit.objects.filter(pk=visit.pk).update(reason="Lain")
    with pytest.raises(Refused, match=r"Kunjungan ini sudah diajukan\."):
        actions.photograph(visit, by=cast.staff, house=[upload()])


def test_a_visit_is_neither_in_the_future_nor_before_the_letter(waiting, assigned, cast):
    with pytest.raises(ValidationError, match="tidak boleh setelah sekarang"):
        actions.record_visit(waiting[0], by=cast.staff, **seen(visited_at=timezone.now() + timedelta(minutes=2)))
    with pytest.raises(ValidationError, match="sebelum surat tugas berlaku"):
        actions.record_visit(waiting[0], by=cast.staff, **seen(visited_at=timezone.now() - timedelta(days=2)))


def test_a_visit_may_be_entered_days_later(waiting, assigned, cast, client):
    long_ago = timezone.localdate() - timedelta(days=9)
    Assignment.objects.update(starts=long_ago, ends=long_ago)
    visit = actions.record_visit(waiting[0], by=cast.staff, **seen(visited_at=timezone.now() - timedelta(days=8)))
    assert visit.is_entered_late
    client.force_login(cast.staff)
    assert ", dicatat " in client.get(visit.get_absolute_url()).content.decode()


def test_half_a_position_and_unknown_indicators_are_refused(waiting, assigned, cast):
    with pytest.raises(ValidationError, match="Koordinat harus lengkap"):
        actions.record_visit(waiting[0], by=cast.staff, **seen(latitude=Decimal("-2.0")))
    with pytest.raises(ValidationError, match="Pertanyaan ini tidak ada di formulir"):
        actions.record_visit(waiting[0], by=cast.staff, **seen(indicators={"mobil": True}))
    assert not FieldVisit.objects.exists()


def form_data(**changes) -> dict:
    return {
        "visited_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "found": "found",
        "met": "Siti",
        "latitude": "-2,012345",
        "longitude": "111.212345",
        "accuracy": "",
        "identity_matches": "True",
        "lives_there": "False",
        "business_exists": "",
        "turnover_seen": "2.500.000",
        "answer_walls": "True",
        "answer_light": "True",
        "answer_floor": "False",
        "recommendation": "reserve",
        "reason": "Ragu.",
    } | changes


def test_the_form_takes_a_place_by_hand_or_from_the_phone(waiting, assigned, cast, client):
    client.force_login(cast.staff)
    url = reverse("verification:record_visit", args=[waiting[0].ref])
    answer = client.post(url, form_data())
    visit = FieldVisit.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, visit.get_absolute_url())
    assert (visit.latitude, visit.longitude, visit.accuracy) == (Decimal("-2.012345"), Decimal("111.212345"), None)
    assert visit.position_from == FieldVisit.Position.HAND
    assert (visit.identity_matches, visit.lives_there, visit.business_exists) == (True, False, None)
    assert (visit.turnover_seen, visit.indicators) == (2_500_000, {"floor": False, "walls": True, "light": True})
    client.post(url, form_data(accuracy="12"))
    visit.refresh_from_db()
    assert (visit.accuracy, visit.position_from) == (12, FieldVisit.Position.DEVICE)
    client.post(url, form_data(accuracy="12", latitude="-2,5"))  # mended by hand: the phone did not say that
    visit.refresh_from_db()
    assert (visit.accuracy, visit.position_from) == (None, FieldVisit.Position.HAND)
    client.post(url, form_data(latitude="", longitude=""))
    visit.refresh_from_db()
    assert (visit.latitude, visit.position_from) == (None, FieldVisit.Position.NONE)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"latitude": ""}, "Koordinat harus lengkap: lintang dan bujur, atau kosongkan keduanya."),
        ({"latitude": "51,5", "longitude": "0,1"}, "lebih kecil dari atau sama dengan 6"),
        (
            {"found": "moved", "recommendation": "eligible"},
            "Calon pindah domisili; rekomendasinya hanya dapat Tidak layak.",
        ),
        (
            {"found": "died", "recommendation": "reserve"},
            "Calon meninggal dunia; rekomendasinya hanya dapat Tidak layak.",
        ),
        ({"turnover_seen": "dua juta"}, "Tulis jumlah rupiah dengan angka saja"),
        ({"found": ""}, "Calon penerima belum dipilih."),
    ],
)
def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(waiting, assigned, cast, client, changes, sentence):
    client.force_login(cast.staff)
    answer = client.post(reverse("verification:record_visit", args=[waiting[0].ref]), form_data(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert 'value="Siti"' in page
    assert not FieldVisit.objects.exists()


def test_what_one_writes_is_saved_meanwhile(waiting, assigned, cast, client):
    client.force_login(cast.staff)
    url = reverse("verification:record_visit", args=[waiting[0].ref])
    answer = client.post(url, form_data(recommendation="", reason=""), headers={"X-Autosave": "1"})
    assert (answer.status_code, answer.json()["faults"]) == (200, {})
    assert FieldVisit.objects.get().met == "Siti"


@pytest.mark.parametrize(
    ("changes", "faults", "met"),
    [
        ({"turnover_seen": "dua juta"}, ["turnover_seen"], "Siti"),
        ({"latitude": "utara"}, ["latitude", "longitude"], "Siti"),
        ({"found": "moved"}, ["recommendation"], "Siti"),
        ({"found": ""}, ["found"], None),  # whether they were found must be told first
        ({"visited_at": "2031-01-01T08:00"}, ["visited_at"], None),
    ],
)
def test_meanwhile_every_right_box_is_saved_and_the_wrong_one_named(
    waiting, assigned, cast, client, changes, faults, met
):
    client.force_login(cast.staff)
    url = reverse("verification:record_visit", args=[waiting[0].ref])
    answer = client.post(url, form_data(**changes), headers={"X-Autosave": "1"})
    assert (answer.status_code, sorted(answer.json()["faults"])) == (422, faults)
    assert (FieldVisit.objects.values_list("met", flat=True).first(), "met" in answer.json()["saved"]) == (
        met,
        met == "Siti",
    )


def test_nobody_home_is_an_attempt_and_another_visit_follows(waiting, assigned, cast):
    away = actions.record_visit(waiting[0], by=cast.staff, visited_at=timezone.now(), found=Found.AWAY)
    assert why_not(cast.staff, "verification.assess", waiting[0]) == (
        "Calon tidak di tempat; kunjungi lagi, lalu catat kunjungan ulang."
    )
    again = actions.visit_again(waiting[0], by=cast.colleague, **seen())
    away.refresh_from_db()
    assert [(v.round, v.found, v.by) for v in (away, again)] == [
        (1, "away", cast.staff),
        (2, "found", cast.colleague),
    ]
    with pytest.raises(Refused, match="Kunjungan ulang dicatat bila"):
        actions.visit_again(waiting[0], by=cast.colleague, **seen())


def test_someone_who_is_away_is_not_recommended(waiting, assigned, cast, client):
    client.force_login(cast.staff)
    client.post(reverse("verification:record_visit", args=[waiting[0].ref]), form_data(found="away"))
    visit = FieldVisit.objects.get()
    assert (visit.recommendation, visit.reason) == ("", "")


@pytest.mark.parametrize("found", [Found.MOVED, Found.DIED, Found.UNKNOWN])
def test_someone_who_is_gone_is_handed_in_without_facts_of_the_business(waiting, assigned, cast, found):
    gone = {"found": found, "met": "Ketua RT", "recommendation": "ineligible", "reason": "Tidak ada lagi di desa."}
    visit = actions.record_visit(waiting[0], by=cast.staff, visited_at=timezone.now(), **gone)
    actions.photograph(visit, by=cast.staff, house=[upload()])
    assert actions.assess(waiting[0], by=cast.staff).state == State.ASSESSED


# Photos and handing in ------------------------------------------------------------------------------------------------


@pytest.fixture
def visit(waiting, assigned, cast):
    return actions.record_visit(waiting[0], by=cast.staff, **seen())


def test_photos_come_in_by_subject(visit, cast, client):
    client.force_login(cast.staff)
    url = reverse("verification:photograph", args=[visit.ref])
    answer = client.post(url, {"house": upload("rumah.jpg"), "business": [upload("a.jpg"), upload("b.jpg")]})
    assert (answer.status_code, answer["Location"]) == (303, visit.get_absolute_url())
    assert list(visit.photos.values_list("subject", "by__username", "file__original_name")) == [
        ("business", "sari", "a.jpg"),
        ("business", "sari", "b.jpg"),
        ("house", "sari", "rumah.jpg"),
    ]


def test_a_photo_is_an_image_and_there_is_at_least_one(visit, cast, client):
    client.force_login(cast.staff)
    url = reverse("verification:photograph", args=[visit.ref])
    assert "Pilih sedikitnya satu foto." in client.post(url, {}).content.decode()
    fake = upload("foto.jpg")
    fake.file.seek(0)
    fake.file.write(b"%PDF-1.4 not a photo at all, whatever its name says")
    assert client.post(url, {"house": fake}).status_code == 422
    assert not visit.photos.exists()


def test_too_many_photos_are_refused(visit, cast):
    actions.photograph(visit, by=cast.staff, house=[upload() for _ in range(20)])
    with pytest.raises(ValidationError, match="paling banyak 20 foto"):
        actions.photograph(visit, by=cast.staff, house=[upload()])


def test_a_photo_that_does_not_belong_here_is_put_aside_not_deleted(visit, cast, who_may):
    actions.photograph(visit, by=cast.staff, house=[upload()])
    photo = visit.photos.get()
    assert who_may("verification.discard_photo", photo) == {"staff", "colleague"}
    actions.discard_photo(photo, by=cast.colleague)
    actions.discard_photo(photo, by=cast.staff)
    photo.refresh_from_db()
    assert (photo.discarded_by, list(queries.photos_shown())) == (cast.colleague, [])
    with pytest.raises(DatabaseError, match="never_deleted"), transaction.atomic():
        VisitPhoto.objects.all().delete()
    with pytest.raises(DatabaseError, match="a_photo_stays_what_it_is"), transaction.atomic():
        VisitPhoto.objects.update(subject="house", by=cast.staff, at=timezone.now())


def test_photos_are_shown_by_their_own_rule(visit, cast, statuses, client):
    actions.photograph(visit, by=cast.staff, house=[upload()])
    url = reverse("verification:photo", args=[visit.photos.get().ref])
    assert statuses(url) == {
        200: {"staff", "colleague", "kabid", "secretary", "head", "auditor"},
        404: {"outsider"},
        403: {"alice", "bob", "regent", "bank", "charlie", "admin"},
    }
    client.force_login(cast.staff)
    small, full = client.get(f"{url}?kecil"), client.get(url)
    assert (small["Content-Type"], small["Cache-Control"]) == ("image/jpeg", "private, no-cache")
    assert full["Cache-Control"] == "private, no-store"
    assert small.getvalue() != full.getvalue()
    client.logout()
    assert client.get(url).status_code == 302


def test_a_photo_that_came_in_before_is_pointed_out(visit, waiting, cast):
    other = actions.record_visit(waiting[1], by=cast.staff, **seen())
    actions.photograph(visit, by=cast.staff, house=[upload()])
    actions.photograph(other, by=cast.staff, house=[upload()])
    photos = list(other.photos.select_related("file"))
    assert queries.seen_elsewhere(photos) == {photos[0].pk}


def test_handing_in_waits_for_what_is_missing(waiting, assigned, cast):
    actions.record_visit(waiting[0], by=cast.staff, visited_at=timezone.now(), found=Found.FOUND)
    assert why_not(cast.staff, "verification.assess", waiting[0]) == (
        "Belum ada: siapa yang ditemui, kecocokan identitas, tempat tinggal, keadaan usaha, rekomendasi, "
        "alasan rekomendasi, sedikitnya satu foto."
    )


def test_handing_in_gives_it_to_kabid_and_tells_the_village_no_working(visit, waiting, cast, client):
    actions.photograph(visit, by=cast.staff, house=[upload()])
    client.force_login(cast.staff)
    answer = client.post(reverse("verification:assess", args=[waiting[0].ref]))
    assert (answer.status_code, answer["Location"]) == (303, visit.assignment.get_absolute_url())
    step = waiting[0].steps.first()
    assert (step.target, step.note.startswith("Kunjungan ke-1 tanggal ")) == ("assessed", True)
    client.force_login(cast.alice)
    page = client.get(waiting[0].get_absolute_url()).content.decode()
    assert "Usaha berjalan." not in page
    assert "Verifikasi lapangan" in page


def test_handing_in_twice_is_refused(visit, waiting, cast):
    actions.photograph(visit, by=cast.staff, house=[upload()])
    actions.assess(waiting[0], by=cast.staff)
    with pytest.raises(Refused, match="tidak sedang menunggu kunjungan lapangan"):
        actions.assess(waiting[0], by=cast.staff)


# Minutes --------------------------------------------------------------------------------------------------------------


def test_each_batch_of_an_assignment_has_minutes_of_its_own(waiting, assigned, walk, cast):
    today = timezone.localdate()
    walk.visited(waiting[0])
    actions.draw_up_minutes(assigned, by=cast.staff, date=today)
    with pytest.raises(Refused, match="Semua kunjungan sudah masuk berita acara"):
        actions.draw_up_minutes(assigned, by=cast.staff, date=today)
    walk.visited(waiting[1])
    actions.draw_up_minutes(assigned, by=cast.kabid, date=today)
    batches = [
        ([visit.proposal for visit in row.visits.all()], document_of("ba_verifikasi", row).number[:5])
        for row in assigned.minutes.order_by("pk")
    ]
    assert batches == [([waiting[0]], "460/1"), ([waiting[1]], "460/2")]


def test_minutes_are_drawn_up_by_the_team_or_kabid(waiting, assigned, walk, who_may, cast):
    assert who_may("verification.draw_up_minutes", assigned) == set()
    walk.visited(waiting[0])
    assert who_may("verification.draw_up_minutes", assigned) == {"staff", "colleague", "kabid"}


def test_minutes_are_dated_between_the_last_visit_and_today(waiting, assigned, walk, cast):
    walk.visited(waiting[0])
    today = timezone.localdate()
    for date, sentence in (
        (today + timedelta(days=1), "tidak boleh setelah hari ini"),
        (today - timedelta(days=1), "tidak boleh sebelumnya"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            actions.draw_up_minutes(assigned, by=cast.staff, date=date)


def test_a_revisit_waits_for_a_team_anew(waiting, assigned, walk, cast):
    walk.visited(waiting[0])
    actions.revisit(waiting[0], by=cast.kabid, reason="Lihat gudangnya.")
    assert list(queries.waiting_for_assignment(cast.kabid)) == [waiting[0]]
    with pytest.raises(Refused, match="Kabid belum menugaskan tim"):
        actions.record_visit(waiting[0], by=cast.staff, **seen())
    send(waiting[0].programme, cast, proposals=[waiting[0]])
    assert walk.visited(Proposal.objects.get(pk=waiting[0].pk)).round == 2


def test_a_staff_member_standing_in_as_kabid_may_send_a_team(waiting, cast, stand_in):
    acting = stand_in(cast.colleague, Role.DIVISION_HEAD)
    assert why_not(acting, "verification.assign_team", waiting[0].programme) is None
