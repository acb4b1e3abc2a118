"""Two browsers bring in the same list at once; real transactions on real connections."""

import threading

import pytest
from django.db import connection

from proposals.actions import import_list, read_list
from proposals.models import Proposal
from uep.access.access import Refused
from uep.files.sheets import prepare_sheet


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", [True, False], ids=["the same upload", "two uploads of one file"])
def test_two_at_once_add_each_household_once(walk, cast, sample, same):
    programme = walk.programme()
    first = read_list(programme, by=cast.alice, upload=prepare_sheet(sample("6209031005")))
    second = first if same else read_list(programme, by=cast.alice, upload=prepare_sheet(sample("6209031005")))
    outcomes, start = [], threading.Barrier(2)

    def bring_in(listed):
        try:
            start.wait()
            outcomes.append(import_list(listed, by=cast.alice).added)
        except Refused as refused:
            outcomes.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=bring_in, args=[listed]) for listed in (first, second)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(outcomes, key=str) == ([21, "Daftar ini sudah dimasukkan."] if same else [0, 21])
    assert Proposal.objects.count() == 21
