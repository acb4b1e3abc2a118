from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from tests.papers import samples
from uep.access.roles import Role
from uep.accounts.models import User
from uep.registry.models import Region


@pytest.fixture(autouse=True, scope="session")
def sample_templates():
    samples.use_sample_templates()


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.PUBLIC_URL = "https://uep.example.go.id"


@pytest.fixture(autouse=True)
def sample_papers(monkeypatch):
    """Each test starts with the samples as they are written."""
    monkeypatch.setattr(samples.SampleDecree, "rows", 1)
    monkeypatch.setattr(samples.SampleLetter, "images", {})


def make_region(code: str, name: str, **more) -> Region:
    level = ["province", "regency", "district", "village"][code.count(".")]
    parent = code.rpartition(".")[0]
    defaults = {"name": name, "level": level, "parent_id": parent or None} | more
    return Region.objects.update_or_create(code=code, defaults=defaults)[0]


@pytest.fixture
def village(db) -> Region:
    make_region("62", "Kalimantan Tengah")
    make_region("62.09", "Kabupaten Lamandau")
    make_region("62.09.03", "Bulik")
    return make_region("62.09.03.2006", "Kujan", kind="desa")


@pytest.fixture
def other_village(village) -> Region:
    make_region("62.09.04", "Delang")
    return make_region("62.09.04.2001", "Kudangan", kind="desa")


@pytest.fixture
def make_user(db):
    def make(role: Role, **more) -> User:
        name = more.pop("username", str(role))
        return User.objects.create_user(
            username=name, full_name=name.title(), role=role, must_change_password=False, **more
        )

    return make


@pytest.fixture
def head(make_user) -> User:
    return make_user(Role.OFFICE_HEAD)


def stored_bytes(document) -> bytes:
    return Path(default_storage.path(document.file)).read_bytes()
