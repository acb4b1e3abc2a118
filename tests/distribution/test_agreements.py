"""SOP step 4: terms that both sides confirm."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

import distribution.actions as acts
from distribution import queries
from distribution.models import Confirmation, DisbursementAgreement
from proposals.flow import State
from tests.distribution.conftest import TERMS, states
from uep.access.access import Refused
from uep.documents.models import OfficialDocument
from uep.documents.queries import document_of


def test_both_sides_together_put_a_version_in_force(office_at_work):
    decree = office_at_work.accepted(office_at_work.decree(2))
    agreement = office_at_work.proposed(decree)
    assert queries.agreement_in_force(decree) is None
    agreement = acts.confirm_agreement(agreement, by=office_at_work.cast.bank)
    assert queries.agreement_in_force(decree) == agreement
    assert states(decree) == [State.AGREED, State.AGREED]
    assert list(agreement.confirmations.order_by("pk").values_list("side", "by__username")) == [
        ("office", "kabid"),
        ("bank", "bank"),
    ]
    paper = document_of("kesepakatan", agreement)
    assert (paper.bank, paper.facts["count"], paper.facts["total"]) == (decree.programme.bank, 2, 10_000_000)


def test_the_bank_may_propose_and_the_office_confirm(office_at_work):
    decree = office_at_work.accepted(office_at_work.decree(1))
    agreement = office_at_work.proposed(decree, by=office_at_work.cast.bank)
    assert acts.confirm_agreement(agreement, by=office_at_work.cast.kabid).agreed_at is not None


def test_one_side_cannot_confirm_twice(office_at_work):
    decree = office_at_work.decree(1)
    agreement = office_at_work.proposed(decree, by=office_at_work.cast.bank)
    for officer in (office_at_work.cast.bank, office_at_work.second_banker):
        with pytest.raises(Refused, match="Pihak Anda sudah menyetujui versi ini"):
            acts.confirm_agreement(agreement, by=officer)
    assert agreement.confirmations.count() == 1


def test_one_person_cannot_speak_for_both_sides(office_at_work):
    agreement = office_at_work.proposed(office_at_work.decree(1), by=office_at_work.cast.bank)
    banker = office_at_work.cast.bank
    type(banker).objects.filter(pk=banker.pk).update(role="division_head")
    turncoat = type(banker).objects.get(pk=banker.pk)
    with pytest.raises(Refused, match="untuk pihak lain"):
        acts.confirm_agreement(agreement, by=turncoat)


def test_an_older_version_can_no_longer_be_confirmed(office_at_work):
    decree = office_at_work.decree(1)
    older = office_at_work.proposed(decree)
    newer = office_at_work.proposed(decree, by=office_at_work.cast.bank, fee=2_500)
    with pytest.raises(Refused, match="versi kesepakatan yang lebih baru"):
        acts.confirm_agreement(older, by=office_at_work.cast.bank)
    assert acts.confirm_agreement(newer, by=office_at_work.cast.kabid).version == 2


def test_the_same_terms_sent_twice_are_one_version(office_at_work):
    decree = office_at_work.decree(1)
    assert office_at_work.proposed(decree) == office_at_work.proposed(decree)
    assert DisbursementAgreement.objects.count() == 1


def test_an_addendum_replaces_the_version_in_force_only_when_agreed(office_at_work, today):
    decree = office_at_work.agreed(office_at_work.decree(1))
    former = queries.agreement_in_force(decree)
    newer = office_at_work.proposed(decree, ends=today + timedelta(days=40))
    assert queries.agreement_in_force(decree) == former
    acts.confirm_agreement(newer, by=office_at_work.cast.bank)
    assert queries.agreement_in_force(decree) == newer
    papers = OfficialDocument.objects.filter(paper="kesepakatan").order_by("pk")
    assert [(paper.status, paper.superseded_by_id) for paper in papers] == [
        ("amended", papers[1].pk),
        ("current", None),
    ]


def test_an_agreed_version_never_changes(office_at_work):
    agreement = queries.agreement_in_force(office_at_work.agreed(office_at_work.decree(1)))
    agreement.fee = 10_000
    with pytest.raises(Exception, match="agreed_is_frozen"):
        agreement.save(update_fields=["fee"])


def test_terms_that_end_before_they_start_are_refused(office_at_work, today):
    with pytest.raises(ValidationError, match="tidak boleh sebelum tanggal mulai"):
        office_at_work.proposed(office_at_work.decree(1), ends=today - timedelta(days=1))


@pytest.mark.parametrize("who", ["alice", "staff", "secretary", "head", "auditor"])
def test_only_kabid_and_bank_agree(office_at_work, today, who):
    decree = office_at_work.decree(1)
    with pytest.raises(Refused, match="Peran Anda"):
        acts.propose_agreement(decree, by=getattr(office_at_work.cast, who), **TERMS, starts=today, ends=today)


def test_in_cash_nobody_needs_an_account(office_at_work):
    decree = office_at_work.decree(2, accounts=False)
    agreement = office_at_work.proposed(decree, method="counter")
    acts.confirm_agreement(agreement, by=office_at_work.cast.bank)
    assert states(decree) == [State.AGREED, State.AGREED]


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_confirm_at_once_confirm_once(office_at_work):
    agreement = office_at_work.proposed(office_at_work.accepted(office_at_work.decree(1)))
    outcomes = at_once(
        lambda: acts.confirm_agreement(agreement, by=office_at_work.cast.bank),
        lambda: acts.confirm_agreement(agreement, by=office_at_work.second_banker),
    )
    assert sorted(outcomes) == ["", "Kesepakatan ini sudah berlaku."]
    assert Confirmation.objects.filter(agreement=agreement).count() == 2


def at_once(*deeds) -> list[str]:
    """Each deed in a thread with a connection of its own, all let loose together; what each was told ("" when done)."""
    barrier, told = Barrier(len(deeds)), []

    def run(deed):
        try:
            barrier.wait()
            deed()
            told.append("")
        except (Refused, ValidationError) as error:
            told.append(" ".join(getattr(error, "messages", [str(error)])))
        finally:
            connection.close()

    threads = [Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told
