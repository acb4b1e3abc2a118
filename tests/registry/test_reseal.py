import pytest
from django.db import connection

from tests.registry.conftest import KEY_1, KEY_2
from tests.registry.test_fields import NIK, OTHER, stored
from uep.registry.actions import reseal
from uep.registry.fields import UnknownSealingKey


def test_reseal_moves_every_value_to_the_first_key(tables, settings):
    Household, _ = tables
    Household.objects.bulk_create([Household(nik=NIK, kk_number=OTHER), Household(nik=OTHER), Household()])
    before = stored(Household, "nik")
    settings.SEALING_KEYS = {"k2": KEY_2, "k1": KEY_1}
    Household.objects.create(nik=NIK, programme=2027)
    assert reseal(Household, batch=1) == 3
    assert reseal(Household) == 0
    settings.SEALING_KEYS = {"k2": KEY_2}
    assert list(Household.objects.order_by("pk").values_list("nik", "kk_number")) == [
        (NIK, OTHER),
        (OTHER, None),
        (None, None),
        (NIK, None),
    ]
    assert Household.objects.filter(nik=OTHER).count() == 1
    assert [new[1:17] for new in stored(Household, "nik")[:2]] == [old[1:17] for old in before[:2]]


def test_reseal_adds_no_history_and_reseals_history_itself(tables, settings):
    Household, _ = tables
    event = Household.pgh_event_model
    Household.objects.create(nik=NIK)
    settings.SEALING_KEYS = {"k2": KEY_2, "k1": KEY_1}
    assert (reseal(Household), reseal(event)) == (1, 1)
    settings.SEALING_KEYS = {"k2": KEY_2}
    assert list(event.objects.values_list("nik", flat=True)) == [NIK]
    Household.objects.update(name="Siti")  # the triggers are awake again
    assert event.objects.count() == 2


def test_without_reseal_an_old_value_does_not_open(tables, settings):
    Household, _ = tables
    Household.objects.create(nik=NIK)
    settings.SEALING_KEYS = {"k2": KEY_2}
    with pytest.raises(UnknownSealingKey):
        Household.objects.get()
    assert Household.objects.filter(nik=NIK).count() == 1  # found without any sealing key


def test_an_unchanged_record_moves_to_the_first_key_when_saved(tables, settings):
    Household, _ = tables
    Household.objects.create(nik=NIK)
    settings.SEALING_KEYS = {"k2": KEY_2, "k1": KEY_1}
    Household.objects.get().save()
    assert stored(Household, "nik")[0][17:20] == b"\x02k2"
    assert connection.in_atomic_block
