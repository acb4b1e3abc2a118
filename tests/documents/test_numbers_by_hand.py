"""Numbers that the records desk takes by hand: the next one, one split off another, one dated back, one given up."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

import decrees.actions as decree_acts
from decrees import queries
from decrees.models import Decree
from tests.decrees.conftest import House, again
from uep.access.access import Refused, why_not
from uep.documents import actions, numbering
from uep.documents.models import HeldNumber, NumberCounter, NumberSeries, OfficialDocument
from uep.documents.numbering import Place

pytestmark = pytest.mark.django_db
NOON = "2026-11-18T05:00:00+00:00"  # a Wednesday in Nanga Bulik


@pytest.fixture
def house(cast) -> House:
    return House(cast)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def series() -> NumberSeries:
    return numbering.series_of("sk")


def number(sequence, suffix="", *, on=date(2026, 11, 18)) -> str:
    return numbering.write(numbering.series_of("sk"), Place(sequence, suffix), on)


def reserve(cast, given="", *, on=date(2026, 11, 18), reason="SK rapat pleno"):
    return actions.reserve_number(numbering.series_of("sk"), by=cast.secretary, date=on, reason=reason, number=given)


# Written and read ------------------------------------------------------------------------------------------------------


@given(
    pattern=st.sampled_from([
        "188.4/{no3}/SK-UEP/{bulan_romawi}/{tahun}", "{no}/{kode}/{bulan}/{tahun}", "{tahun}-{no}", "460/{no}.{kode}/{tahun}",
    ]),
    place=st.builds(Place, st.integers(1, 99_999), st.sampled_from(["", "a", "z"])),
    on=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
)  # fmt: skip
def test_what_is_written_is_read_back(pattern, place, on):
    series = NumberSeries(pattern=pattern, unit_code="DINSOS")
    assert numbering.read(series, numbering.write(series, place, on), on) == place


@pytest.mark.parametrize(
    "written, sentence",
    [
        ("188.4/17/SK-UEP/XI/2026", "Nomor tidak sesuai pola deret ini. Contoh yang benar: 188.4/017/SK-UEP/XI/2026."),
        ("188.4/000/SK-UEP/XI/2026", "Nomor tidak sesuai pola deret ini. Contoh yang benar: 188.4/017/SK-UEP/XI/2026."),
        ("188.4/017.A/SK-UEP/XI/2026", "Nomor tidak sesuai pola deret ini. Contoh yang benar: 188.4/017/SK-UEP/XI/2026."),
        ("188.4/001/SK-UEP/X/2026", "Bulan atau tahun pada nomor tidak sama dengan tanggal naskahnya."),
        ("188.4/001/SK-UEP/XI/2025", "Bulan atau tahun pada nomor tidak sama dengan tanggal naskahnya."),
        ("188.4/002/SK-UEP/XI/2026", "Nomor tidak boleh terlewat; yang berikutnya 188.4/001/SK-UEP/XI/2026."),
        ("188.4/001.a/SK-UEP/XI/2026",
         "Nomor 1 belum terpakai, jadi belum dapat disisipi. Nomor berikutnya 188.4/001/SK-UEP/XI/2026."),
    ],
)  # fmt: skip
def test_a_wrong_number_is_refused_with_a_sentence(cast, clock, series, written, sentence):
    with pytest.raises(ValidationError) as refused:
        reserve(cast, written)
    assert refused.value.message_dict == {"number": [sentence]}
    assert (HeldNumber.objects.count(), NumberCounter.objects.filter(series=series).count()) == (0, 0)


# Taken and used ----------------------------------------------------------------------------------------------------------


def test_a_kept_number_is_passed_over_by_the_series_and_used_by_its_decree(cast, house, clock):
    kept = reserve(cast)
    decree = house.at("draft")
    decree_acts.set_number(decree, by=cast.kabid, number=kept)
    other = house.signed()
    assert (kept.number, other.number) == (number(1), number(2))
    clock.shift(timedelta(days=2))
    decree = house.at("signed", decree=Decree.objects.get(pk=decree.pk))
    document = OfficialDocument.objects.get(number=kept.number)
    assert (decree.number, decree.date, document.facts["date"]) == (number(1), date(2026, 11, 18), "2026-11-18")
    assert HeldNumber.objects.get().document == document
    assert house.signed().number == number(3, on=date(2026, 11, 20))


def test_a_number_is_split_between_its_neighbours_days(cast, house, clock):
    first = house.signed()
    clock.shift(timedelta(days=5))
    house.signed()
    clock.shift(timedelta(days=1))
    between = date(2026, 11, 20)
    for wrong, sentence in (
        (date(2026, 11, 17), "Tanggal naskah sebelum tanggal nomor 1 (18 November 2026); pakai nomor sisipan."),
        (date(2026, 11, 24), "Tanggal naskah sesudah tanggal nomor 2 (23 November 2026)."),
    ):
        with pytest.raises(ValidationError) as refused:
            reserve(cast, number(1, "a"), on=wrong)
        assert refused.value.message_dict == {"number": [sentence]}
    held = reserve(cast, number(1, "a"), on=between, reason="Berkas tertinggal")
    assert (held.number, held.is_back_dated) == ("188.4/001.a/SK-UEP/XI/2026", True)
    assert numbering.days_of(held.series, 2026) == {
        Place(1, ""): first.date,
        Place(1, "a"): between,
        Place(2, ""): date(2026, 11, 23),
    }
    with pytest.raises(ValidationError, match="sudah terpakai"):
        reserve(cast, number(1, "a"), on=between)
    assert NumberCounter.objects.get(series=held.series).last == 2


def test_a_number_given_up_explains_the_gap_and_may_be_taken_again_by_hand(cast, house, clock):
    held = reserve(cast)
    actions.release_number(held, by=cast.secretary, reason="Rapat dibatalkan")
    assert house.signed().number == number(2)
    once_more = reserve(cast, number(1))
    assert list(HeldNumber.objects.order_by("pk").values_list("number", "release_reason")) == [
        (number(1), "Rapat dibatalkan"),
        (number(1), ""),
    ]
    with pytest.raises(Refused, match="sudah dilepas"):
        actions.release_number(held, by=cast.secretary, reason="Sekali lagi")
    assert once_more.number == held.number


def test_the_initials_bind_to_the_number_that_was_kept(cast, house, clock):
    decree = house.at("draft")
    before = queries.draft_hash(decree)
    decree_acts.set_number(decree, by=cast.kabid, number=reserve(cast))
    kept = queries.draft_hash(decree)
    decree_acts.set_number(decree, by=cast.kabid, number=None)
    assert (kept != before, queries.draft_hash(decree)) == (True, before)
    assert HeldNumber.objects.free().get().subject_pk == ""


def test_a_kept_number_belongs_to_one_draft(cast, house, clock):
    kept, first, second = reserve(cast), house.at("draft"), house.at("draft")
    decree_acts.set_number(first, by=cast.kabid, number=kept)
    with pytest.raises(Refused, match="Belum ada nomor yang dipesan di buku nomor"):
        decree_acts.set_number(second, by=cast.kabid, number=kept)
    actions.release_number(reserve(cast), by=cast.secretary, reason="Tidak jadi")
    reserve(cast)
    with pytest.raises(ValidationError, match="baru saja dipakai atau dilepas"):
        decree_acts.set_number(second, by=cast.kabid, number=kept)
    kept = HeldNumber.objects.get(pk=kept.pk)
    assert why_not(cast.secretary, "documents.release_number", kept) == (
        "Nomor ini sudah dipilih untuk sebuah draf; lepaskan dari drafnya lebih dahulu."
    )
    decree_acts.cancel(first, by=cast.kabid, reason="Anggaran bergeser")
    decree_acts.set_number(second, by=cast.kabid, number=kept)
    assert house.at("signed", decree=Decree.objects.get(pk=second.pk)).number == kept.number


def test_while_a_draft_is_under_way_its_number_stays(cast, house, clock):
    kept, decree = reserve(cast), house.at("going_up")
    with pytest.raises(Refused, match="Draf sedang naik"):
        decree_acts.set_number(decree, by=cast.kabid, number=kept)


def test_the_database_keeps_what_was_taken(cast, clock):
    held = reserve(cast)
    for change in ({"number": "1"}, {"date": date(2026, 1, 1)}, {"reason": "Lain"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            HeldNumber.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        HeldNumber.objects.create(
            series=held.series, sequence=1, number=held.number, date=held.date, reason="Ganda", by=cast.secretary
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        HeldNumber.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_take_each_number_once(cast):
    start, taken, series = Barrier(6), [], numbering.series_of("sk")

    def go(user):
        start.wait()
        try:
            held = actions.reserve_number(series, by=user, date=timezone.localdate(), reason="SK rapat pleno")
            taken.append(held.sequence)
        finally:
            connection.close()

    threads = [Thread(target=go, args=[again(cast.secretary)]) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(taken) == [1, 2, 3, 4, 5, 6]


# Its pages ---------------------------------------------------------------------------------------------------------------


def test_the_book_tells_of_every_number_and_why(client, cast, house, clock, series):
    house.signed()
    reserve(cast, number(1, "a"), on=date(2026, 11, 18), reason="Berkas tertinggal")
    gone = reserve(cast)
    actions.release_number(gone, by=cast.secretary, reason="Rapat dibatalkan")
    client.force_login(cast.secretary)
    page = client.get(reverse("documents:book", args=[series.ref]))
    text = " ".join(page.content.decode().split())
    for words in (number(1), number(1, "a"), number(2), "sisipan", "Berkas tertinggal", "Rapat dibatalkan", "dilepas"):
        assert words in text, words
    assert client.get(reverse("documents:book", args=[series.ref]) + "?tahun=abc").status_code == 200
    client.force_login(cast.alice)
    assert client.get(reverse("documents:book", args=[series.ref])).status_code == 403


def test_a_number_is_taken_and_given_up_on_the_pages(client, cast, house, series):
    client.force_login(cast.secretary)
    page = client.get(reverse("documents:reserve_number", args=[series.ref]))
    today = timezone.localdate()
    assert number(1, on=today) in page.content.decode()
    sent = {"date": today.isoformat(), "number": "", "reason": "SK rapat pleno"}
    done = client.post(reverse("documents:reserve_number", args=[series.ref]), sent, follow=True)
    assert "Nomor dipesan dan tercatat di buku nomor." in done.content.decode()
    held = HeldNumber.objects.get()
    decree = house.at("draft")
    client.force_login(cast.kabid)
    chosen = client.post(reverse("decrees:set_number", args=[decree.ref]), {"number": held.ref}, follow=True)
    assert f"{held.number}" in chosen.content.decode()
    client.post(reverse("decrees:set_number", args=[decree.ref]), {"number": ""})
    client.force_login(cast.secretary)
    gone = client.post(reverse("documents:release_number", args=[held.ref]), {"reason": "Tidak jadi"}, follow=True)
    assert "Nomor dilepas." in gone.content.decode()
    assert client.post(reverse("documents:release_number", args=[held.ref]), {"reason": "Lagi saja"}).status_code == 403


def test_other_series_take_their_numbers_by_themselves(cast):
    series = numbering.series_of("bast")
    assert why_not(cast.secretary, "documents.reserve_number", series) == (
        "Nomor deret ini diambil sendiri saat naskahnya terbit."
    )
