"""The desk answers "whose turn is it?" for every state, from one table."""

import pytest

import distribution.actions as distribution_acts
import verification.actions as verification_acts
from decrees.models import Recipient
from oversight.queries.desk import elsewhere, tasks
from proposals.flow import WAITS_FOR, State
from tests.world import terms
from uep.access.roles import Role

pytestmark = pytest.mark.django_db

# Waiting for room in the quota is nobody's task today; the decree's own stage decides whose desk a draft is on.
NOT_A_TASK = {State.WAITLISTED}


def titles(user):
    return [task.title for task in tasks(user)]


@pytest.mark.parametrize("state", [state for state in State if WAITS_FOR[state].roles and state not in NOT_A_TASK])
def test_a_proposal_stands_on_the_desk_of_someone_whose_turn_it_is(proposal_at, cast, state):
    proposal_at(state)
    desks = {user.role for user in cast if tasks(user)}
    assert desks & set(WAITS_FOR[state].roles) != set()


@pytest.mark.parametrize("state", [State.HANDED_OVER, State.INELIGIBLE, State.WITHDRAWN])
def test_what_is_over_is_on_nobodys_desk(proposal_at, cast, state):
    proposal_at(state)
    assert {user.username: titles(user) for user in cast if titles(user)} == {}


def test_desk_of_each_role_on_the_way(walk, cast):
    [proposal] = walk.proposals_at(State.SUBMITTED)
    assert titles(cast.secretary) == ["Disposisi 1 usulan Nanga Bulik"]
    assert titles(cast.head) == ["Disposisi 1 usulan Nanga Bulik"]
    assert (titles(cast.alice), titles(cast.staff), titles(cast.bank)) == ([], [], [])
    walk.disposed(proposal.letter, to=cast.colleague)
    assert titles(cast.colleague) == ["Periksa berkas 1 usulan Nanga Bulik"]
    assert titles(cast.staff) == []  # another staff member examines it


def test_desk_of_a_village_says_where_its_household_stands(walk, cast):
    walk.proposals_at(State.IN_DECREE)
    assert titles(cast.kabid) == ["Periksa pratinjau: Penetapan Penerima Bantuan UEP"]
    assert [(row.title, row.who, row.where) for row in elsewhere(cast.alice)] == [
        ("Siti Uji 1", "Kepala Bidang", "Penetapan SK")
    ]


def test_desk_of_a_village_shows_its_own_only(walk, cast):
    walk.proposals_at(State.RETURNED)
    assert titles(cast.alice) == ["Perbaiki usulan Siti Uji 1"]
    assert (titles(cast.bob), elsewhere(cast.bob)) == ([], [])


@pytest.mark.parametrize("role", list(Role))
def test_the_desk_page_opens_for_every_role(client, walk, cast, role):
    walk.proposals_at(State.DECREED)
    user = next(user for user in cast if user.role == role)
    client.force_login(user)
    response = client.get("/")
    assert (response.status_code, [task.title for task in response.context["tasks"]]) == (200, titles(user))


def test_desk_of_kabid_leaves_out_who_is_on_a_list_at_the_bank(walk, cast):
    [proposal] = walk.proposals_at(State.BRIEFED)
    decree = walk.decree_of(proposal)
    assert titles(cast.kabid) == ["Susun daftar pembayaran 1 penerima"]
    walk.listed(decree)
    assert (titles(cast.kabid), titles(cast.bank)) == ([], ["Salurkan dana 1 penerima"])


def test_desk_of_a_village_names_an_account_that_the_bank_found_wrong(walk, cast):
    [proposal] = walk.proposals_at(State.DECREED)
    recipient = proposal.recipients.get()
    assert titles(cast.alice) == []
    distribution_acts.check_account(recipient, by=cast.bank, verdict="wrong", why="Nama berbeda satu huruf.")
    assert titles(cast.alice) == ["Perbaiki rekening Siti Uji 1"]


def test_desk_sends_kabid_to_what_it_names_and_a_household_to_be_seen_again_is_not_lost(walk, cast, client):
    programme = walk.programme()
    asked, seen, open_one = walk.proposals_at(State.COMPLETE, 3, programme=programme)
    assert titles(cast.kabid) == ["Tugaskan tim untuk 3 rumah tangga"]
    assignment = walk.assigned([seen, open_one])
    assert titles(cast.staff) == titles(cast.colleague) == ["Kunjungi 2 rumah tangga"]
    walk.visited(seen)
    assert sorted(titles(cast.kabid)) == ["Tugaskan tim untuk 1 rumah tangga", "Validasi 1 hasil kunjungan"]
    [validation] = [task for task in tasks(cast.kabid) if task.title.startswith("Validasi")]
    client.force_login(cast.kabid)
    assert [row.name for row in client.get(validation.url).context["page"]] == [seen.name]
    verification_acts.revisit(seen, by=cast.kabid, reason="Foto usaha tidak jelas.")
    assert titles(cast.kabid) == ["Tugaskan tim untuk 2 rumah tangga"]
    assert titles(cast.staff) == ["Kunjungi 1 rumah tangga"]
    verification_acts.end_assignment(assignment, by=cast.kabid, reason="Mobil rusak.")
    assert titles(cast.kabid) == ["Tugaskan tim untuk 3 rumah tangga"]
    assert titles(cast.staff) == []
    assert asked.state == State.COMPLETE


def test_desk_of_the_bank_counts_the_accounts_that_it_can_check(walk, cast):
    """A wrong one is the village's turn until it is mended; then the bank looks again."""
    first, _ = walk.proposals_at(State.DECREED, 2)
    recipient = first.recipients.get()
    assert titles(cast.bank) == ["Periksa rekening 2 penerima"]
    distribution_acts.check_account(recipient, by=cast.bank, verdict="wrong", why="Nama berbeda satu huruf.")
    assert titles(cast.bank) == ["Periksa rekening 1 penerima"]
    again = Recipient.objects.get(pk=recipient.pk)
    distribution_acts.correct_account(again, by=cast.alice, account_number="125009999999", account_name=again.name)
    assert titles(cast.bank) == ["Periksa rekening 2 penerima"]


def test_an_account_mended_after_a_failed_payment_is_on_the_banks_desk(walk, cast):
    decree = walk.decree_of(walk.proposals_at(State.BRIEFED)[0])
    walk.failed(walk.listed(decree).payments.get())
    assert (titles(cast.bank), titles(cast.alice)) == ([], ["Perbaiki rekening Siti Uji 1"])
    recipient = decree.recipients.get()
    distribution_acts.correct_account(
        recipient, by=cast.alice, account_number="125009999999", account_name="Siti Uji 1"
    )
    assert (titles(cast.bank), titles(cast.alice)) == (["Periksa rekening 1 penerima"], [])


def test_agreeing_leaves_the_desk_of_kabid_with_the_offices_yes(walk, cast):
    decree = walk.decree_of(walk.proposals_at(State.DECREED)[0])
    assert titles(cast.kabid) == ["Sepakati penyaluran 1 penerima dengan bank"]
    distribution_acts.propose_agreement(decree, by=cast.kabid, **terms())
    assert (titles(cast.kabid), "Setujui kesepakatan penyaluran" in titles(cast.bank)) == ([], True)
    distribution_acts.propose_agreement(decree, by=cast.bank, **terms() | {"fee": 2_500})
    assert titles(cast.kabid) == ["Sepakati penyaluran 1 penerima dengan bank"]
