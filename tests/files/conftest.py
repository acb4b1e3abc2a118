import pytest
from django.contrib.auth import get_user_model


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    """An empty store of its own for each test."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def alice(db):
    return get_user_model().objects.create(username="alice", full_name="Alice", role="staff")
