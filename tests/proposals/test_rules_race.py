"""Rules change while letters are sent, and two change them at once; real transactions on real connections."""

import threading
import time
from contextlib import closing

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from proposals.actions import draft_rules, enact_rules, submit
from proposals.eligibility.versions import in_force
from proposals.models import Proposal, RuleSet
from tests.proposals.test_rules import drafted
from uep.access.access import Refused

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def other_connection():
    parameters = connection.get_connection_params() | {"autocommit": True}
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    return closing(psycopg.connect(**parameters))


def in_threads(*calls) -> list:
    outcomes = []

    def run(call):
        try:
            outcomes.append(call())
        except Refused as refused:
            outcomes.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    [thread.start() for thread in threads]
    return threads, outcomes


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_is_judged_and_stamped_by_one_version(walk, cast):
    """Version 2 comes into force after the letter was judged and before it is sent: it judges the next letter."""
    programme = walk.programme()
    walk.draft(programme)
    letter = walk.letter(programme)
    strict = drafted(programme, cast.kabid, business={"min_years": 9})
    with other_connection() as holder, other_connection() as watcher, holder.transaction():
        agenda = f"agenda:{timezone.localdate().year}"
        holder.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [agenda])  # numbers come after judging
        threads, outcomes = in_threads(lambda: submit(letter, by=cast.alice).pk)
        end = time.monotonic() + 20
        while watcher.execute(WAITING).fetchone()[0] < 1:
            assert time.monotonic() < end, outcomes
            time.sleep(0.02)
        enact_rules(strict, by=cast.kabid)
    [thread.join() for thread in threads]
    assert (outcomes, Proposal.objects.get().rule_set.number) == ([letter.pk], 1)
    assert in_force(programme).rule_set == strict


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_draft_and_enact_it_once(walk, cast):
    programme = walk.programme()
    threads, outcomes = in_threads(*[lambda: draft_rules(programme, by=cast.kabid, note="").number] * 2)
    [thread.join() for thread in threads]
    assert sorted(outcomes, key=str) == [2, "Masih ada rancangan: Aturan versi 2. Lanjutkan yang itu."]
    draft = RuleSet.objects.get(number=2)
    threads, outcomes = in_threads(*[lambda: enact_rules(draft, by=cast.kabid).stage.value] * 2)
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ["Versi ini sudah berlaku dan tidak dapat diubah; susun versi baru.", "in_force"]
    assert list(programme.rule_sets.values_list("number", "stage")) == [(2, "in_force"), (1, "retired")]
