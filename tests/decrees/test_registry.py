"""A draft says whose match with the social registry has grown old, and who; checking anew strikes nobody off."""

from datetime import date

import pytest

from decrees.actions import recheck_social, send_up
from proposals.flow import State
from tests.proposals.test_check_list import in_force
from tests.social.conftest import SARI, csv_of
from tests.walk import nik
from uep.access.access import Refused, why_not

pytestmark = pytest.mark.django_db


def known(number, desil):
    """Somebody of the walk, as the registry has them."""
    return [
        f"6209030101{20:02d}{number:04d}",
        nik(number),
        f"SITI UJI {number}",
        *SARI[3:12],
        "62.09.03.1005",
        "",
        desil,
        *SARI[15:],
    ]


def page_of(client, user, decree):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(decree.get_absolute_url()).content.decode()


def test_old_matches_are_shown_to_kabid_and_made_anew(walk, cast, client):
    first, second = walk.proposals_at(State.IN_DECREE, 2)
    decree = walk.decree_of(first)
    assert "Data sosial perlu dicek ulang" not in page_of(client, cast.kabid, decree)
    assert why_not(cast.kabid, "decrees.recheck_social", decree) == "Data sosial semua usulan di draf ini masih baru."

    in_force(cast, csv_of(known(1, 7)))
    page = page_of(client, cast.kabid, decree)
    assert [f"{p.name}</a>: belum pernah dicocokkan" in page for p in (first, second)] == [True, True]
    assert "Data sosial perlu dicek ulang" not in page_of(client, cast.secretary, decree)

    recheck_social(decree, by=cast.kabid)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.person.name, first.desil, first.social_as_of) == ("SITI UJI 1", 7, date(2026, 9, 30))
    assert (second.person, second.state, decree.proposals.count()) == (None, State.IN_DECREE, 2)
    assert "Data sosial perlu dicek ulang" not in page_of(client, cast.kabid, decree)
    assert decree.notes.filter(act="decrees.recheck_social").values_list("note", flat=True).get() == "2 usulan"


def test_it_is_asked_while_the_draft_is_written_and_by_kabid_alone(walk, cast):
    [proposal] = walk.proposals_at(State.IN_DECREE)
    decree = walk.decree_of(proposal)
    in_force(cast, csv_of(known(1, 7)))
    with pytest.raises(Refused, match="Peran Anda tidak mencakup tindakan ini"):
        recheck_social(decree, by=cast.secretary)
    send_up(decree, by=cast.kabid)
    with pytest.raises(Refused, match="Draf sedang naik"):
        recheck_social(decree, by=cast.kabid)
