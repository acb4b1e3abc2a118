"""No record of the flow is deleted, no history is rewritten, no table is emptied (design, law 5): by trigger."""

import re
from pathlib import Path

import pghistory
import pgtrigger
import pytest
from django.apps import apps
from django.db import connection

from proposals.flow import State
from proposals.models import BudgetLine
from tests.security.conftest import models_of_ours, refusal, sql
from uep.wall import raise_wall, wall_of

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]

# Tables without a guard of their own: places and where they lie (public data, loaded anew), and notices (a copy of what the journey says).
OUTSIDE = {"registry_region", "registry_boundary", "notices_notice"}


# Where rows may go: open choices, and lines that their history keeps.
MAY_LOSE_ROWS = {
    "accounts_user_districts",
    "accounts_user_groups",
    "accounts_user_user_permissions",
    "decrees_correction",
    "decrees_draftline",
    "decrees_removal",
    "office_holiday",
    "proposals_budgetline",
    "proposals_rankedname",
    "verification_quotashare",
    "verification_scoreweight",
}


def tables():
    return sorted({model._meta.db_table for model in models_of_ours()} | {"pghistory_context"})


def histories():
    return sorted(model._meta.db_table for model in models_of_ours() if issubclass(model, pghistory.models.Event))


def test_every_table_of_ours_stands_behind_the_wall(db):
    wall = set().union(*(wall_of(app) for app in apps.get_app_configs()))
    assert set(tables()) - {table for table, name in wall if name == "wall_against_truncate"} == OUTSIDE
    open_to_deletion = set(tables()) - {table for table, name in wall if name == "wall_against_delete"} - OUTSIDE
    assert open_to_deletion - MAY_LOSE_ROWS == set()
    standing = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'wall%' AND tgenabled = 'O'"
    assert set(sql(standing)) == wall


def test_no_table_can_be_emptied(db):
    """TRUNCATE passes by row triggers; CASCADE from a table outside must not take ours along either."""
    ours = [table for table in tables() if table not in OUTSIDE]
    let_through = [
        table
        for table in ours
        if "wall: Cannot truncate" not in (refusal(lambda t=table: sql(f'TRUNCATE "{t}" CASCADE')) or "")
    ]
    assert let_through == []
    assert "wall: Cannot truncate" in refusal(lambda: sql("TRUNCATE registry_region CASCADE"))


def test_no_row_of_a_walk_can_be_deleted(walk):
    """Every table that a whole story fills, row by row; the message must be the guard's, not a foreign key's."""
    proposal = walk.proposals_at(State.HANDED_OVER)[0]
    walk.mentored(proposal.recipients.get())
    verdicts = {}
    for table in tables():
        if table in OUTSIDE | MAY_LOSE_ROWS:
            continue
        [(rows,)] = sql(f'SELECT count(*) FROM "{table}"')
        if rows:
            words = refusal(lambda t=table: sql(f'DELETE FROM "{t}"')) or "deleted"
            verdicts[table] = bool(re.search(r"Cannot (update or )?delete", words))
    assert [table for table, kept in verdicts.items() if not kept] == []
    assert set(verdicts) >= {"proposals_proposal", "proposals_steprecord", "proposals_proposalevent", "decrees_recipient",
                             "distribution_payment", "distribution_handover", "documents_officialdocument",
                             "proposals_programme", "verification_deskcheck", "verification_assignment_members"}  # fmt: skip


def test_no_history_can_be_rewritten(walk):
    walk.proposals_at(State.HANDED_OVER)
    verdicts = {}
    for table in histories():
        [(rows,)] = sql(f'SELECT count(*) FROM "{table}"')
        if rows:
            words = refusal(lambda t=table: sql(f"UPDATE \"{t}\" SET pgh_label = 'lain'")) or "changed"
            verdicts[table] = "Cannot update" in words
    assert [table for table, kept in verdicts.items() if not kept] == []
    assert len(verdicts) >= 20


def test_every_history_carries_the_guard(db):
    guarded = {
        row[0]
        for row in sql("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'pgtrigger_append_only%'")
    }
    assert set(histories()) - guarded == set()


def test_who_acted_cannot_be_rewritten(walk):
    with pghistory.context(user=walk.cast.alice.pk, url="/usulan/"):
        walk.draft(walk.programme())
    forged = "UPDATE pghistory_context SET metadata = '{\"user\": 1}'"
    assert refusal(lambda: sql(forged)) == "wall: Cannot rewrite the context of history"
    assert "wall: Cannot delete" in refusal(lambda: sql("DELETE FROM pghistory_context"))
    added = "UPDATE pghistory_context SET metadata = metadata || '{\"note\": 1}'"
    assert refusal(lambda: sql(added)) is None


def test_a_budget_line_that_goes_stays_in_its_history(sent):
    line = sent.budget_lines.get()
    BudgetLine.objects.filter(pk=line.pk).delete()
    kept = sql(
        "SELECT pgh_label, total FROM proposals_budgetlineevent WHERE pgh_obj_id = %s ORDER BY pgh_id", [line.pk]
    )
    assert kept == [("insert", line.total), ("delete", line.total)]


def test_silencing_the_models_triggers_does_not_open_the_wall(sent):
    """The library of the triggers can be told to ignore its triggers, which re-sealing needs; the wall has no such door."""
    with pgtrigger.ignore():
        words = refusal(lambda: sql("DELETE FROM proposals_proposal"))
    assert words == "wall: Cannot delete rows from proposals_proposal table"


def test_only_resealing_the_demo_and_one_migration_silence_triggers():
    """Re-sealing rewrites the same numbers under a new key; the demo fills a database that was empty; the migration that
    brought instruments gave each finished visit and ranking one fact more: by which version it was asked.
    """
    silent = [
        str(path.relative_to(ROOT))
        for app in ("uep", "proposals", "verification", "decrees", "distribution", "notices", "oversight")
        for path in sorted((ROOT / app).rglob("*.py"))
        if re.search(r"pgtrigger\.ignore|session_replication_role|DISABLE TRIGGER", path.read_text())
    ]
    assert [name for name in silent if not name.startswith("uep/demo/")] == [
        "uep/registry/actions.py",
        "verification/migrations/0005_instrument.py",
    ]


def test_the_wall_is_put_up_again_where_it_was_broken(db):
    sql("DROP TRIGGER wall_against_truncate ON proposals_proposal")
    raise_wall(apps.get_app_config("proposals"), using=connection.alias)
    raise_wall(apps.get_app_config("proposals"), using=connection.alias)
    names = sql(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'proposals_proposal'::regclass AND tgname LIKE 'wall%' ORDER BY 1"
    )
    assert names == [("wall_against_delete",), ("wall_against_truncate",)]
