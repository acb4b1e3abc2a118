"""The core of the demo is made once for a file of tests; each test works on it and takes back what it did."""

import pytest
from django.db import transaction
from django.test import override_settings

from tests.cast import CHEAP_HASH, lamandau
from uep.demo.make import make
from uep.office import seeds
from uep.registry.models import Region


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    """An installed office with the demo's core in it; how many proposals that are."""
    own = {"MEDIA_ROOT": tmp_path_factory.mktemp("demo"), "PASSWORD_HASHERS": [CHEAP_HASH]}
    with django_db_blocker.unblock(), override_settings(**own), transaction.atomic():
        Region.objects.bulk_create(Region(**row) for row in lamandau())
        seeds.seed("62.09", regency_name="Kabupaten Lamandau", province_name="Kalimantan Tengah")
        yield make()
        transaction.set_rollback(True)


@pytest.fixture
def demo(made, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield made
        transaction.set_rollback(True)
