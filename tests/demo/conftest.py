"""The core of the demo is made once for a file of tests; each test works on it and takes back what it did."""

from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from tests.cast import CHEAP_HASH, lamandau
from uep.demo.make import make
from uep.office import seeds
from uep.registry.models import Region


@pytest.fixture(scope="module")
def new_office(django_db_setup, django_db_blocker, tmp_path_factory):
    """A block in which an office is installed and nothing else is there; what happened in it is taken back."""

    @contextmanager
    def block():
        own = {"MEDIA_ROOT": tmp_path_factory.mktemp("demo"), "PASSWORD_HASHERS": [CHEAP_HASH]}
        with django_db_blocker.unblock(), override_settings(**own), transaction.atomic():
            Region.objects.bulk_create(Region(**row) for row in lamandau())
            seeds.seed("62.09", regency_name="Kabupaten Lamandau", province_name="Kalimantan Tengah")
            yield
            transaction.set_rollback(True)

    return block


@pytest.fixture(scope="module")
def made_at():
    """The moment at which the demo is made."""
    return timezone.now()


@pytest.fixture(scope="module")
def made(made_at, new_office):
    """An installed office with the demo's core in it; how many proposals that are."""
    with new_office():
        yield make()


@pytest.fixture
def demo(made, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield made
        transaction.set_rollback(True)
