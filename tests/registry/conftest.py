"""Two tables that only tests have: what the product's own models do with sealed fields, in miniature."""

import os

import pghistory
import pytest
from django.db import connection, models, transaction
from django.db.models import Q
from django.test.utils import isolate_apps
from pgtrigger.registry import _registry as registry

from uep.registry.actions import load_regions
from uep.registry.fields import BlindIndex, RefField, SealedField

KEY_1, KEY_2 = bytes(range(32)), bytes(range(32, 64))


@pytest.fixture(autouse=True)
def _own_keys(settings):
    settings.SEALING_KEYS = {"k1": KEY_1}
    settings.BLIND_INDEX_KEY = "a key of the tests"


@pytest.fixture(scope="module")
def country(django_db_setup, django_db_blocker):
    """All regions, loaded once for a module; each test's own transaction is a savepoint in this one."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_regions()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def tables(db):
    """(Household, Payout): Household is tracked by pghistory and allows one live row per KK and programme."""
    with isolate_apps("uep.registry"):

        @pghistory.track(model_name=f"HouseholdEvent{os.urandom(4).hex()}", context_field=None)
        class Household(models.Model):  # noqa: DJ008
            ref = RefField()
            name = models.CharField(max_length=40, default="", blank=True)
            nik = SealedField("NIK", kind="nik", null=True, blank=True)
            kk_number = SealedField("Nomor KK", kind="kk", null=True, blank=True)
            other_nik = SealedField("NIK lain", kind="nik", null=True, blank=True)
            account = SealedField("Rekening", kind="account", null=True, blank=True)
            programme = models.IntegerField(default=2026)
            state = models.CharField(max_length=10, default="draft")

            class Meta:
                app_label = "registry"
                db_table = "test_household"
                indexes = (models.Index(BlindIndex("nik"), name="household_by_nik"),)
                constraints = (
                    models.UniqueConstraint(
                        BlindIndex("kk_number"),
                        "programme",
                        condition=Q(state__in=["draft", "sent"]),
                        name="one_live_per_household",
                        violation_error_message="KK ini sudah punya usulan.",
                    ),
                )

        class Payout(models.Model):  # noqa: DJ008
            nik = SealedField(kind="nik")
            account = SealedField(kind="account", null=True)

            class Meta:
                app_label = "registry"
                db_table = "test_payout"

    event = Household.pgh_event_model
    for trigger in event._meta.triggers:  # as pgtrigger does for every installed model when Django starts
        trigger.register(event)
    mine = {uri: pair for uri in registry if (pair := registry[uri])[0] in {Household, event}}
    with connection.schema_editor() as editor:
        for model in (Household, Payout, event):
            editor.create_model(model)
    for model, trigger in mine.values():
        trigger.install(model)
    yield Household, Payout
    for uri in mine:
        del registry[uri]
