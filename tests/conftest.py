import os

import pytest
from django.conf import settings


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    settings.DATABASES["default"]["TEST"] = {"NAME": f"test_uep_{os.getpid()}"}
