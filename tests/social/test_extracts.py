"""An extract on its way: brought in, read by a worker, compared, decided by a second person."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.queries.desk import tasks
from tests.social.conftest import BUDI, RATNA, SARI, TITLES, csv_of, xlsx_of
from uep.access.access import Refused
from uep.accounts.models import Disclosure
from uep.files.models import StoredFile
from uep.social import actions
from uep.social.models import Extract, Person
from uep.social.queries import extract_in_force, find_people, find_person, members_of

Stage = Extract.Stage
pytestmark = pytest.mark.django_db


def facts(extract):
    return (extract.stage, extract.persons, extract.faulty, extract.error)


def changed(row, **facts):
    places = {"nik": 1, "name": 2, "born": 5, "alive": 8, "desil": 14, "kk": 0, "village": 12}
    row = list(row)
    for name, value in facts.items():
        row[places[name]] = value
    return row


def test_an_extract_is_read_into_people(read):
    extract = read(csv_of(RATNA, SARI))
    assert facts(extract) == (Stage.READ, 2, 0, "")
    ratna = Person.objects.get(extract=extract, nik=RATNA[1])
    assert {name: getattr(ratna, name) for name in (
        "kk_number", "name", "sex", "birth_place", "birth_date", "relation", "occupation", "is_alive", "address", "rt", "rw",
        "village_id", "desil", "gets_pkh", "gets_sembako", "matches_dukcapil")} == {
        "kk_number": RATNA[0], "name": "RATNA DEWI", "sex": "P", "birth_place": "Nanga Bulik", "birth_date": date(1985, 3, 4),
        "relation": "Istri", "occupation": "Pedagang", "is_alive": True, "address": "Jl. Melati No. 4", "rt": "003", "rw": "001",
        "village_id": "62.09.03.1005", "desil": 2, "gets_pkh": True, "gets_sembako": False, "matches_dukcapil": True,
    }  # fmt: skip


def test_the_same_people_come_out_of_a_workbook(read):
    row = [*RATNA[:14], 2, *RATNA[15:]]
    extract = read(xlsx_of(row, SARI))
    assert facts(extract) == (Stage.READ, 2, 0, "")
    assert Person.objects.get(extract=extract, nik=RATNA[1]).desil == 2


def test_the_file_is_kept_as_it_came(bring):
    upload = csv_of(RATNA)
    extract = bring(upload)
    with extract.file.open() as kept:
        assert kept.read() == csv_of(RATNA).read()


def test_the_same_file_again_is_recognised(read, bring):
    read(csv_of(RATNA))
    with pytest.raises(ValidationError, match="sama persis dengan ekstrak Triwulan III 2026"):
        bring(csv_of(RATNA), period="Triwulan IV 2026")
    assert (Extract.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_what_cannot_come_in_is_told_by_row_and_the_rest_comes_in(read):
    extract = read(csv_of(RATNA, changed(SARI, nik="620901"), changed(BUDI, desil="12"), changed(BUDI, nik=RATNA[1])))
    assert facts(extract) == (Stage.READ, 1, 3, "")
    assert list(extract.faults.order_by("row").values_list("row", "sentences")) == [
        (3, ["NIK harus 16 angka; ini 6 angka (kurang 10). Cocokkan dengan KTP."]),
        (4, ["Desil (12) bukan angka 1 sampai 10."]),
        (5, ["NIK ini sudah ada di baris 2. Satu orang cukup satu baris."]),
    ]


def test_it_counts_only_after_a_second_person_accepts(read, cast):
    extract = read(csv_of(RATNA))
    assert (extract_in_force(), find_person(RATNA[1])) == (None, None)
    actions.accept_extract(extract, by=cast.kabid)
    assert extract_in_force() == extract
    assert find_person("6209 0344 0385 0001").name == "RATNA DEWI"
    assert [row.name for row in members_of([RATNA[0]])[RATNA[0]]] == ["RATNA DEWI"]


@pytest.mark.parametrize("act", ["accept_extract", "refuse_extract"])
def test_who_brought_it_does_not_decide(read, cast, act):
    extract = read(csv_of(RATNA), by=cast.kabid)
    with pytest.raises(Refused, match="Anda yang mengunggah ekstrak ini; orang lain yang memutuskannya"):
        getattr(actions, act)(extract, by=cast.kabid, reason="sudah dilihat")


def test_it_stands_on_the_desk_of_who_may_decide(read, cast):
    read(csv_of(RATNA), by=cast.kabid)
    told = {user.username: [task.title for task in tasks(user)] for user in cast}
    assert {name: titles for name, titles in told.items() if titles} == {
        "sekretaris": ["Putuskan ekstrak DTSEN Triwulan III 2026"]
    }


def test_staff_and_villages_do_not_decide(read, cast):
    extract = read(csv_of(RATNA))
    for user in (cast.colleague, cast.alice, cast.auditor):
        with pytest.raises(Refused, match="Peran Anda tidak mencakup tindakan ini"):
            actions.accept_extract(extract, by=user)


def test_a_refused_extract_never_counts_and_may_be_brought_again(read, cast):
    extract = actions.refuse_extract(read(csv_of(RATNA)), by=cast.secretary, reason="Bukan data kabupaten ini.")
    assert (extract.stage, extract_in_force()) == (Stage.REFUSED, None)
    assert read(csv_of(RATNA)).stage == Stage.READ


def test_differences_to_the_version_before(accepted, read, cast):
    first = accepted(csv_of(RATNA, BUDI), as_of=date(2026, 6, 30), period="Triwulan II 2026")
    second = read(csv_of(changed(RATNA, desil="5"), SARI))
    assert (second.compared_with, second.new, second.gone, second.desil_changed) == (first, 1, 1, 1)
    assert extract_in_force() == first


@pytest.mark.parametrize(
    ("kind", "name", "others"),
    [
        ("baru", "SARI LESTARI", ["BUDI", "RATNA"]),
        ("hilang", "BUDI SANTOSO", ["SARI", "RATNA"]),
        ("desil", "2 → 5", ["SARI"]),
    ],
)
def test_the_pages_of_differences(accepted, read, cast, sign_in, kind, name, others):
    accepted(csv_of(RATNA, BUDI), as_of=date(2026, 6, 30), period="Triwulan II 2026")
    second = read(csv_of(changed(RATNA, desil="5"), SARI))
    page = sign_in(cast.kabid).get(f"/data-sosial/ekstrak/{second.ref}/perubahan/?jenis={kind}").content.decode()
    assert name in page
    assert [other for other in others if other in page] == []
    assert RATNA[1] not in page


def test_staff_of_an_area_see_the_differences_of_their_area(accepted, read, cast, sign_in):
    accepted(csv_of(RATNA), as_of=date(2026, 6, 30), period="Triwulan II 2026")
    second = read(csv_of(RATNA, SARI))
    page = sign_in(cast.outsider).get(f"/data-sosial/ekstrak/{second.ref}/perubahan/?jenis=baru").content.decode()
    assert "SARI" not in page


def test_a_comparison_that_is_out_of_date_must_be_made_again(accepted, read, cast):
    second = read(csv_of(RATNA, SARI))
    first = accepted(csv_of(RATNA), as_of=date(2026, 6, 30), period="Triwulan II 2026")
    with pytest.raises(Refused, match="Bandingkan ulang dahulu"):
        actions.accept_extract(second, by=cast.kabid)
    second = actions.compare_again(second, by=cast.kabid)
    assert (second.compared_with, second.new) == (first, 1)
    assert actions.accept_extract(second, by=cast.kabid).stage == Stage.ACCEPTED


def test_a_later_version_replaces_nothing(accepted, cast):
    first = accepted(csv_of(RATNA), as_of=date(2026, 6, 30), period="Triwulan II 2026")
    second = accepted(csv_of(changed(RATNA, desil="7")))
    assert (find_person(RATNA[1]).desil, find_person(RATNA[1], day=date(2026, 7, 1)).desil) == (7, 2)
    assert list(Person.objects.order_by("pk").values_list("extract", "desil")) == [(first.pk, 2), (second.pk, 7)]


def test_reading_twice_does_no_harm(read):
    extract = read(csv_of(RATNA, SARI))
    actions.read_extract(extract.pk)
    assert Person.objects.count() == 2


def test_a_reading_that_was_broken_off_begins_anew(bring):
    """A killed worker leaves the stage at "reading" and nothing else: its table went with its session."""
    extract = bring(csv_of(RATNA, SARI))
    Extract.objects.filter(pk=extract.pk).update(stage=Stage.READING, progress=40)
    actions.read_extract(extract.pk)
    extract.refresh_from_db()
    assert (facts(extract), extract.progress) == ((Stage.READ, 2, 0, ""), 100)


def test_a_fault_in_the_middle_leaves_nothing(bring, cast, monkeypatch):
    extract = bring(csv_of(RATNA, SARI))
    monkeypatch.setattr("uep.social.actions.loading.compare", lambda extract: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.read_extract(extract.pk)
    extract.refresh_from_db()
    assert (extract.stage, Person.objects.count()) == (Stage.FAILED, 0)
    assert extract.error.startswith("Ekstrak belum dapat dibaca karena kesalahan pada sistem (ZeroDivisionError).")
    monkeypatch.undo()
    actions.retry_extract(extract, by=cast.staff)
    actions.read_extract(extract.pk)
    assert Person.objects.count() == 2


def test_a_file_that_is_wrong_throughout_brings_in_nothing(bring, monkeypatch):
    monkeypatch.setattr("uep.social.actions.loading.MOST_FAULTS", 2)
    extract = bring(csv_of(*(changed(RATNA, nik=f"{number}") for number in range(3)), SARI))
    actions.read_extract(extract.pk)
    extract.refresh_from_db()
    assert (extract.stage, Person.objects.count(), extract.faults.count()) == (Stage.FAILED, 0, 0)
    assert extract.error.startswith("Lebih dari 2 baris salah, mulai baris 2: NIK harus 16 angka")


def test_a_passing_fault_leaves_it_to_the_queue(bring, cast, monkeypatch):
    """The job is tried again: a stage "failed" would make that a reading of nothing."""
    extract = bring(csv_of(RATNA, SARI))
    with monkeypatch.context() as patch:
        patch.setattr("uep.social.actions.loading.compare", full_disk)
        with pytest.raises(OSError, match="No space left"):
            actions.read_extract(extract.pk)
    extract.refresh_from_db()
    assert (extract.stage, Person.objects.count()) == (Stage.READING, 0)
    actions.read_extract(extract.pk)
    assert Person.objects.count() == 2


def full_disk(_):
    raise OSError(28, "No space left on device")


def test_unknown_titles_are_asked_once(bring, read, cast, run_jobs, dtsen):
    titles = ["Kartu", "Nomor Induk", "Siapa", *TITLES[3:]]
    extract = bring(csv_of(RATNA, titles=titles))
    assert extract.stage == Stage.MAPPING
    fields = extract.columns["fields"] | {"kk_number": 0, "nik": 1, "name": 2}
    actions.map_columns(extract, by=cast.staff, fields=fields)
    run_jobs()
    assert Extract.objects.get(pk=extract.pk).persons == 1
    assert read(csv_of(RATNA, SARI, titles=titles)).persons == 2


def test_mapping_page_by_hand(bring, cast, sign_in):
    extract = bring(csv_of(RATNA, titles=["Kartu", "Nomor Induk", "Siapa", *TITLES[3:]]))
    client = sign_in(cast.staff)
    page = client.get(f"/data-sosial/ekstrak/{extract.ref}/kolom/")
    assert page.status_code == 200
    wrong = client.post(f"/data-sosial/ekstrak/{extract.ref}/kolom/", {"nik": "1", "name": "1"})
    assert "Satu kolom hanya dapat dipakai untuk satu isian." in wrong.content.decode()
    right = client.post(f"/data-sosial/ekstrak/{extract.ref}/kolom/", {"nik": "1", "name": "2", "kk_number": "0"})
    assert (right.status_code, Extract.objects.get().stage) == (303, Stage.QUEUED)


def test_upload_through_the_pages(cast, dtsen, sign_in, run_jobs):
    client = sign_in(cast.staff)
    sent = client.post(
        f"/data-sosial/sumber/{dtsen.ref}/unggah/",
        {"upload": csv_of(RATNA, changed(SARI, nik="1")), "period": "Triwulan III 2026", "as_of": "2026-09-30"},
    )
    assert sent.status_code == 303
    waiting = client.get(sent["Location"])
    assert ("Menunggu giliran" in waiting.content.decode(), waiting["Refresh"]) == (True, "10")
    run_jobs()
    page = client.get(sent["Location"]).content.decode()
    assert "NIK harus 16 angka; ini 1 angka" in page
    assert RATNA[1] not in page
    workbook = client.get(f"{sent['Location']}perlu-diperbaiki.xlsx")
    assert workbook["Content-Disposition"] == 'attachment; filename="perlu-diperbaiki-dtsen.xlsx"'
    decided = sign_in(cast.secretary).post(f"{sent['Location']}setujui/", {"reason": ""})
    assert (decided.status_code, extract_in_force().persons) == (303, 1)


def test_faulty_rows_come_back_as_they_were_and_the_look_is_recorded(read, cast):
    extract = read(csv_of(RATNA, changed(SARI, nik="1"), ["=1+1", *BUDI[1:]]))
    data = actions.take_faulty_rows(extract, by=cast.staff)
    again = read(upload_again(data), period="Perbaikan")
    assert (again.stage, again.faulty) == (Stage.FAILED, 0)
    assert again.error.startswith("Tidak satu baris pun dapat dibaca. Baris 2: NIK harus 16 angka")
    assert list(Disclosure.objects.values_list("by__username", "subject", "field")) == [
        ("sari", f"social.extract:{extract.ref}", "nik, kk_number")
    ]


def upload_again(data):
    return SimpleUploadedFile("perbaikan.xlsx", data)


def test_the_overview_asks_the_same_queries_for_any_number_of_extracts(accepted, read, cast, sign_in):
    client = sign_in(cast.kabid)
    counts = []
    accepted(csv_of(RATNA), as_of=date(2026, 3, 31), period="I")
    for number in range(2):
        read(csv_of(RATNA, SARI, name=f"{number}.csv") if number else csv_of(SARI), period=f"{number}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/data-sosial/").status_code == 200
        counts.append(len(queries))
    assert counts == [8, 8]


def test_find_people_takes_two_queries(accepted, django_assert_num_queries):
    accepted(csv_of(RATNA, BUDI, SARI))
    with django_assert_num_queries(2):
        found = find_people([RATNA[1], SARI[1], "6209030101010001"])
    assert sorted(found) == sorted([RATNA[1], SARI[1]])


def test_of_the_accepted_ones_one_is_called_in_force(read, cast, sign_in):
    actions.accept_extract(read(csv_of(RATNA), period="Triwulan II 2026", as_of=date(2026, 6, 30)), by=cast.kabid)
    actions.accept_extract(read(csv_of(RATNA, SARI)), by=cast.kabid)
    for address in ("/data-sosial/", Extract.objects.first().source.get_absolute_url()):
        page = sign_in(cast.kabid).get(address).content.decode()
        assert re.findall(r"(Berlaku|Disetujui)\s*</span>", page) == ["Berlaku", "Disetujui"]


def test_an_extract_says_whose_turn_it_is(read, cast, sign_in):
    page = read(csv_of(RATNA)).get_absolute_url()
    told = [re.findall(r"Giliran [^<]*", sign_in(who).get(page).content.decode()) for who in (cast.kabid, cast.staff)]
    assert told == [["Giliran Anda."], ["Giliran orang kedua (Kabid atau Sekretaris)."]]
