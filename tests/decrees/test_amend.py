"""An amending decree: who leaves, who comes in, who replaces whom; and what the old decree says afterwards."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from decrees import actions, queries
from decrees.models import Decree, Recipient, Removal
from proposals.flow import State
from proposals.models import Programme, Proposal
from tests.decrees.conftest import sql
from tests.walk import AMOUNT
from uep.access.access import Refused
from uep.access.roles import Role
from uep.documents.models import OfficialDocument

pytestmark = pytest.mark.django_db


def pay(recipient) -> None:
    """As the bank does at step 6, by the shortest way of the table."""
    for state in (State.AGREED, State.BRIEFED, State.PAID):
        Proposal.objects.filter(pk=recipient.proposal_id).update(state=state)


@pytest.fixture
def changed(house):
    """An amendment that takes the first of three off and puts another in that place; still in Kabid's hands."""
    programme = house.programme(budget=3 * AMOUNT, quota=3)
    decree = house.at("signed", decree=house.draft(house.eligible(programme, 3)))
    successor = house.eligible(programme, 1)[0]
    amendment = house.amendment(decree)
    leaves = decree.recipients.get(position=1)
    actions.remove(amendment, by=house.cast.kabid, recipients=[leaves], cause=Removal.Cause.DIED)
    actions.add(amendment, by=house.cast.kabid, proposals=[successor])
    actions.replace(amendment, by=house.cast.kabid, successors={leaves.pk: successor})
    return decree, amendment, leaves, successor


def test_who_leaves_is_out_of_the_flow_and_who_comes_in_is_in_it(house, changed):
    decree, amendment, leaves, successor = changed
    signed = house.at("signed", decree=Decree.objects.get(pk=amendment.pk))
    assert states(leaves.proposal_id, successor.pk) == [State.WITHDRAWN, State.DECREED]
    assert [line.position for line in queries.in_force(decree)] == [2, 3]
    assert [line.proposal for line in queries.in_force(signed)] == [successor]
    assert queries.totals(decree) == (3, 3 * AMOUNT)  # the frozen annex stays as it was signed
    assert queries.still_in_force(decree) == (2, 2 * AMOUNT)
    assert queries.room_of(decree.programme) == (0, 0)
    gone = queries.signed_lines(decree).get(position=1)
    assert (gone.removed_at, gone.gone_by) == (signed.signed_at, signed.number)
    assert successor.steps.first().note == f"SK {signed.number}"


def states(*pks) -> list[str]:
    found = dict(Proposal.objects.filter(pk__in=pks).values_list("pk", "state"))
    return [found[pk] for pk in pks]


def test_who_replaces_whom_is_told(house, changed):
    _, amendment, leaves, successor = changed
    signed = house.at("signed", decree=Decree.objects.get(pk=amendment.pk))
    [removal] = queries.leaving(signed)
    assert (removal.recipient, removal.replaced_by, removal.get_cause_display()) == (
        leaves,
        successor,
        "meninggal dunia",
    )
    assert queries.standing_of(leaves.proposal, drafts=False)["taken_off"] == removal
    assert queries.standing_of(successor, drafts=False)["stands_in"] == removal


def test_the_amended_paper_says_so_to_the_public(house, changed, client):
    decree, amendment, *_ = changed
    former = OfficialDocument.objects.get(subject_pk=str(decree.pk), paper="sk")
    before = client.get(former.get_check_url()).content.decode()
    signed = house.at("signed", decree=Decree.objects.get(pk=amendment.pk))
    after = client.get(former.get_check_url()).content.decode()
    assert ("masih berlaku" in before, "masih berlaku" in after) == (True, False)
    assert "sudah diubah dengan naskah lain" in after
    assert signed.number in after
    own = client.get(OfficialDocument.objects.get(paper="sk_perubahan").get_check_url()).content.decode()
    assert f"Keputusan Nomor {decree.number}" in own
    for name in ("Siti Aminah", "Budi Santoso"):
        assert name not in before + after + own


def test_a_full_programme_takes_one_in_for_one_out_and_no_more(house, changed):
    decree, amendment, *_ = changed
    more = house.eligible(decree.programme, 1)
    with pytest.raises(ValidationError, match=r"Melebihi anggaran: dipilih Rp5\.000\.000, sisa anggaran Rp0\."):
        actions.add(amendment, by=house.cast.kabid, proposals=more)
    with pytest.raises(ValidationError, match=r"Melebihi anggaran: dipilih Rp5\.000\.000, sisa anggaran Rp0\."):
        house.draft(more)  # what is not signed yet gives no room to others


def test_what_a_draft_takes_off_is_no_room_for_others(house):
    programme = house.programme(budget=2 * AMOUNT, quota=2)
    decree = house.at("signed", decree=house.draft(house.eligible(programme, 2)))
    amendment = house.amendment(decree)
    actions.remove(amendment, by=house.cast.kabid, recipients=decree.recipients.all(), cause=Removal.Cause.MOVED)
    assert queries.room_of(programme) == (0, 0)
    assert queries.room_of(programme, own=amendment) == (2 * AMOUNT, 2)
    house.at("signed", decree=Decree.objects.get(pk=amendment.pk))
    assert queries.room_of(programme) == (2 * AMOUNT, 2)


def test_one_who_is_paid_cannot_be_taken_off(house):
    decree = house.signed(2)
    paid = decree.recipients.get(position=1)
    pay(paid)
    amendment = house.amendment(decree)
    with pytest.raises(ValidationError, match="Sebagian penerima sudah menerima dana atau sudah dikeluarkan"):
        actions.remove(amendment, by=house.cast.kabid, recipients=[paid], cause=Removal.Cause.DIED)
    assert list(queries.removable(amendment)) == [decree.recipients.get(position=2)]


def test_one_who_is_paid_while_the_draft_goes_up_stops_the_signature(house, changed):
    _, amendment, leaves, _ = changed
    amendment = house.at("endorsed", decree=Decree.objects.get(pk=amendment.pk))
    pay(leaves)
    with pytest.raises(ValidationError, match=f"karena dananya sudah tersalur: {leaves.name}"):
        actions.sign(amendment, by=house.cast.head)
    assert (Decree.objects.get(pk=amendment.pk).number, leaves.removals.count()) == ("", 1)
    assert Recipient.objects.get(pk=leaves.pk).removed_at is None


def test_keep_takes_the_removal_back_but_not_beyond_the_budget(house, changed):
    _, amendment, leaves, successor = changed
    with pytest.raises(ValidationError, match=r"Melebihi anggaran program sebesar Rp5\.000\.000\."):
        actions.keep(amendment, by=house.cast.kabid, recipients=[leaves])
    actions.strike(amendment, by=house.cast.kabid, proposals=[successor], reason="Tidak jadi")
    assert Removal.objects.get().replaced_by is None
    actions.keep(amendment, by=house.cast.kabid, recipients=[leaves])
    assert Removal.objects.count() == 0


def test_two_may_swap_places(house):
    programme = house.programme()
    decree = house.at("signed", decree=house.draft(house.eligible(programme, 2)))
    one, two = house.eligible(programme, 2)
    amendment = house.amendment(decree)
    first, second = decree.recipients.order_by("position")
    actions.remove(amendment, by=house.cast.kabid, recipients=[first, second], cause=Removal.Cause.RESIGNED)
    actions.add(amendment, by=house.cast.kabid, proposals=[one, two])
    for pairs in ({first.pk: one, second.pk: two}, {first.pk: two, second.pk: one}, {first.pk: None, second.pk: one}):
        actions.replace(amendment, by=house.cast.kabid, successors=pairs)
        assert {removal.recipient_id: removal.replaced_by for removal in amendment.removals.all()} == pairs
    with pytest.raises(ValidationError, match="Satu pengganti hanya dapat menggantikan satu penerima"):
        actions.replace(amendment, by=house.cast.kabid, successors={first.pk: one, second.pk: one})
    stranger = house.eligible(programme, 1)[0]
    with pytest.raises(ValidationError, match="Daftar draf ini sudah berubah"):
        actions.replace(amendment, by=house.cast.kabid, successors={first.pk: stranger})


def test_recipients_of_another_decree_are_not_taken_off(house):
    amendment, other = house.amendment(house.signed()), house.signed()
    with pytest.raises(ValidationError, match="Sebagian penerima sudah menerima dana"):
        actions.remove(amendment, by=house.cast.kabid, recipients=other.recipients.all(), cause=Removal.Cause.DIED)


def test_an_amendment_is_signed_by_whoever_signed_what_it_amends(house):
    decree = house.signed(regent=True)
    Programme.objects.update(signatory=Role.OFFICE_HEAD)
    amendment = house.amendment(decree)
    actions.remove(amendment, by=house.cast.kabid, recipients=decree.recipients.all()[:1], cause=Removal.Cause.DIED)
    assert actions.send_up(amendment, by=house.cast.kabid).signatory_role == Role.REGENT


def test_one_amendment_at_a_time_and_a_second_after_the_first(house, changed):
    decree, amendment, *_ = changed
    with pytest.raises(Refused, match="SK perubahan atas SK ini sedang disusun"):
        house.amendment(decree)
    house.at("signed", decree=Decree.objects.get(pk=amendment.pk))
    second = house.amendment(decree)
    actions.remove(
        second, by=house.cast.kabid, recipients=decree.recipients.filter(position=2), cause=Removal.Cause.DIED
    )
    house.at("signed", decree=Decree.objects.get(pk=second.pk))
    assert [line.position for line in queries.in_force(decree)] == [3]
    former = OfficialDocument.objects.get(subject_pk=str(decree.pk), paper="sk")
    assert former.superseded_by.subject_pk == str(amendment.pk)


def test_an_amendment_that_changes_nothing_is_not_sent_up(house):
    with pytest.raises(Refused, match="SK perubahan ini belum mengubah apa pun"):
        actions.send_up(house.amendment(house.signed()), by=house.cast.kabid)


def test_no_statement_takes_a_recipient_off_or_puts_one_back(house, changed):
    _, amendment, leaves, _ = changed
    with pytest.raises(DatabaseError, match="only a signed amending decree"), transaction.atomic():
        Recipient.objects.filter(pk=leaves.pk).update(removed_at=timezone.now())
    house.at("signed", decree=Decree.objects.get(pk=amendment.pk))
    for statement in (
        "UPDATE decrees_recipient SET removed_at = NULL",
        "UPDATE decrees_removal SET cause = 'moved'",
        "DELETE FROM decrees_removal",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            sql(statement)
