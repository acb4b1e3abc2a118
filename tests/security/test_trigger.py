"""The database's half of the flow: whoever tries it, by whatever way, only the table's moves happen (design, 4)."""

import re
from collections import deque

import pytest

from proposals.flow import State, edges
from proposals.models import CoverLetter, Proposal, StepRecord
from tests.security.conftest import refusal, sql

pytestmark = pytest.mark.django_db

TABLE = {(edge.source, edge.target) for edge in edges()}


def paths() -> dict[str, list[str]]:
    """The shortest way from submitted to each state, by the table."""
    found, queue = {State.SUBMITTED.value: []}, deque([State.SUBMITTED.value])
    while queue:
        here = queue.popleft()
        for source, target in sorted(TABLE):
            if source == here and target not in found:
                found[target] = [*found[here], target]
                queue.append(target)
    return found


def by_update(proposal, target):
    Proposal.objects.filter(pk=proposal.pk).update(state=target)


def by_sql(proposal, target):
    sql("UPDATE proposals_proposal SET state = %s WHERE id = %s", [target, proposal.pk])


def by_bulk_update(proposal, target):
    row = Proposal.objects.get(pk=proposal.pk)
    row.__dict__["state"] = target  # past the field's own protection
    Proposal.objects.bulk_update([row], ["state"])


@pytest.mark.parametrize("way", [by_update, by_sql, by_bulk_update])
def test_only_the_tables_moves_happen(way, sent, walk):
    """17 x 17 pairs. A draft without a letter stands for draft, a sent proposal is led to each other state."""
    draft = walk.draft(sent.programme)
    CoverLetter.objects.filter(pk=sent.letter_id).update(number="400.9/113/NB")
    Proposal.objects.filter(pk=draft.pk).update(letter=sent.letter, register_year=2000, register_number=1)
    happened = set()
    for source, path in [(State.DRAFT.value, None), *paths().items()]:

        def attempt(path=path, source=source):
            subject = draft if path is None else sent
            for state in path or []:
                by_sql(subject, state)
            for target in State.values:
                if target != source and refusal(lambda target=target: way(subject, target)) is None:
                    happened.add((source, target))

        assert refusal(attempt) is None
    assert happened == TABLE


@pytest.mark.parametrize("target", ["", "paidd", "PAID", "drafts"])
def test_a_state_that_does_not_exist_is_refused(sent, target):
    assert "Invalid transition" in refusal(lambda: by_sql(sent, target))


def test_a_thousand_rows_are_judged_one_by_one(sent, walk):
    """One row that may not move stops the whole UPDATE."""
    other = walk.draft(sent.programme)
    everyone = Proposal.objects.filter(pk__in=[sent.pk, other.pk])
    assert "Invalid transition" in refusal(lambda: everyone.update(state=State.ASSIGNED))
    assert set(everyone.values_list("state", flat=True)) == {State.SUBMITTED, State.DRAFT}


def test_a_move_hidden_in_an_insert_on_conflict_is_refused(sent):
    columns = [f.column for f in Proposal._meta.local_concrete_fields]
    names = ", ".join(f'"{c}"' for c in columns)
    copy = ", ".join("'draft'" if c == "state" else f'"{c}"' for c in columns)
    assert "Invalid transition" in refusal(
        lambda: sql(
            f"INSERT INTO proposals_proposal ({names}) SELECT {copy} FROM proposals_proposal WHERE id = %s"
            " ON CONFLICT (id) DO UPDATE SET state = 'paid'",
            [sent.pk],
        )
    )


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_nothing_begins_anywhere_but_as_a_draft(sent, state):
    row = Proposal.objects.get(pk=sent.pk)
    row.pk, row.ref, row.nik, row.kk_number, row.register_number = None, f"NEW{state:.9}", None, None, None
    row.__dict__["state"] = state.value
    assert refusal(lambda: Proposal.objects.bulk_create([row])) == (
        "pgtrigger: Cannot insert rows from proposals_proposal table"
    )


def test_the_table_in_the_database_is_the_table_in_the_code(db):
    """Read from the installed function, so that a migration that was forgotten is found here."""
    [(source, enabled)] = sql(
        "SELECT prosrc, tgenabled FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
        " WHERE tgrelid = 'proposals_proposal'::regclass AND tgname LIKE 'pgtrigger_moves_by_the_table%'"
    )
    [pairs] = re.findall(r"ANY\('\{(.*?)\}'::text\[\]\)", source)
    assert (enabled, {tuple(pair.split(":")) for pair in pairs.split(",")}) == ("O", TABLE)


def test_a_step_record_changes_by_its_announcement_only(sent):
    record = sent.steps.first()
    other = sent.steps.last()
    changes = {
        "proposal_id": sent.pk + 1,
        "step": 6,
        "act": "distribution.pay",
        "source": "briefed",
        "target": "paid",
        "by_id": record.by_id + 1,
        "post": "Kepala Dinas",
        "acting_basis": "SK palsu",
        "at": other.at,
        "note": "ditulis ulang",
        "due_at": sent.created_at,
        "id": 10**9,
    }
    assert set(changes) | {"announced_at"} == {f.attname for f in StepRecord._meta.concrete_fields}
    kept = {
        name: refusal(lambda n=name, v=value: StepRecord.objects.filter(pk=record.pk).update(**{n: v}))
        for name, value in changes.items()
    }
    assert [name for name, words in kept.items() if not words or "Cannot update rows" not in words] == []
    assert refusal(lambda: StepRecord.objects.filter(pk=record.pk).update(announced_at=record.at)) is None
