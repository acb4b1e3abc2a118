"""Numbers without gap or repeat, also when many ask at once (real threads, real connections)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from tests.documents.conftest import make_region
from uep.documents import actions, numbering
from uep.documents.models import OfficialDocument

ON = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("188.4/{no}/{kode}/{bulan_romawi}/{tahun}", "188.4/7/DINSOS/III/2026"),
        ("{no3}/{bulan}/{tahun}", "007/03/2026"),
        ("880/{no}.a/{tahun}", "880/7.a/2026"),
    ],
)
def test_fill(pattern, number):
    assert numbering.fill(pattern, 7, ON, unit="DINSOS") == number


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("{no}/{hari}/{tahun}", "Tanda {hari} pada pola nomor tidak dikenal."),
        ("{no.__class__}/{tahun}", "Tanda {no.__class__} pada pola nomor tidak dikenal."),
        ("{no}/{tahun", "kurung kurawal yang tidak berpasangan"),
        ("460/{tahun}", "harus memuat {no}"),
        ("460/{no}", "harus memuat {tahun}"),
    ],
)
def test_a_pattern_that_cannot_be_filled_is_refused_by_a_sentence(pattern, sentence):
    with pytest.raises(ValidationError) as refusal:
        numbering.check_pattern(pattern)
    assert sentence in refusal.value.messages[0]


@pytest.mark.django_db
def test_take_starts_again_each_year():
    days = [date(2026, 12, 31), date(2026, 12, 31), date(2027, 1, 2), date(2026, 12, 31)]
    assert [numbering.take("uji_sk", day) for day in days] == [
        "188.4/1/DINSOS/XII/2026",
        "188.4/2/DINSOS/XII/2026",
        "188.4/1/DINSOS/I/2027",
        "188.4/3/DINSOS/XII/2026",
    ]


@pytest.mark.django_db
def test_take_from_an_undeclared_series_fails():
    with pytest.raises(KeyError):
        numbering.take("tidak_ada", ON)


@pytest.mark.django_db(transaction=True)
def test_take_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError):
        numbering.take("uji_sk", ON)


def in_threads(count, work):
    """Run `work(index)` in `count` threads at once, each with a connection of its own."""
    gate = Barrier(count)

    def one(index):
        try:
            gate.wait()
            return work(index)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.django_db(transaction=True)
def test_numbers_are_gapless_when_eight_ask_at_once_and_some_give_back():
    def work(index):
        kept = []
        for turn in range(5):
            given_back = (index + turn) % 3 == 0
            with transaction.atomic():
                number = numbering.take("uji_sk", ON)
                transaction.set_rollback(given_back)
            if not given_back:
                kept.append(number)
        return kept

    numbers = [number for kept in in_threads(8, work) for number in kept]
    assert sorted(numbers) == sorted(f"188.4/{no}/DINSOS/III/2026" for no in range(1, len(numbers) + 1))
    assert len(numbers) == 27


@pytest.mark.django_db(transaction=True)
def test_one_subject_issued_by_eight_at_once_is_one_document_with_one_number(village, head):
    def work(index):
        with transaction.atomic():
            return actions.issue("uji_sk", village, by=head, on=ON).pk

    assert len(set(in_threads(8, work))) == 1
    assert list(OfficialDocument.objects.values_list("number", flat=True)) == ["188.4/1/DINSOS/III/2026"]
    with transaction.atomic():
        neighbour = make_region("62.09.03.2007", "Guci", kind="desa")
        assert actions.issue("uji_sk", neighbour, by=head, on=ON).number == "188.4/2/DINSOS/III/2026"
