"""What those who try to break the laws stand on: a record of their own, and what the database itself says."""

from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

OURS = {"uep", "proposals", "verification", "decrees", "distribution", "notices", "oversight"}


def models_of_ours():
    """Every model with a table of its own, histories and links included."""
    return [
        model
        for app in apps.get_app_configs()
        if app.name.split(".")[0] in OURS
        for model in app.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


def sql(statement, params=None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def _taken_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def refusal(attempt) -> str | None:
    """The first line of what the database says against `attempt()`; None when it lets it happen. Always taken back."""
    try:
        with _taken_back():
            attempt()
    except DatabaseError as error:
        return str(error).splitlines()[0]
    return None


@pytest.fixture
def sent(walk):
    """A proposal that has been sent: letter and register number, so that no other constraint speaks before the table."""
    proposal = walk.draft(walk.programme())
    walk.submitted([proposal])
    proposal.refresh_from_db()
    return proposal
