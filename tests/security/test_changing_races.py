"""Two change one decree at the same moment: one effect, the other one reads a sentence."""

from django.utils import timezone

from decrees import actions, queries
from decrees.models import Decree, Removal
from proposals.flow import State
from proposals.models import Proposal
from tests.security.acts import Try
from tests.security.test_races import cast, one_of, together, walk
from tests.walk import AMOUNT
from uep.documents.models import OfficialDocument

__all__ = ["cast", "walk"]  # fixtures of this module, too: its races share one database that really commits

REVOKING = {"title": "Pencabutan", "considerations": "bahwa {alasan};", "reason": "Anggaran program dialihkan."}
AMENDING = {"title": "Perubahan", "considerations": "bahwa berubah;"}


def signed(walk, count: int = 1) -> Decree:
    rows = walk.proposals_at(State.ELIGIBLE, count)
    return walk.signed(walk.drafted(rows))


def changes(decree) -> list[str]:
    return list(decree.amendments.order_by("pk").values_list("kind", flat=True))


def test_two_revocations_of_one_decree(walk, cast):
    decree = signed(walk)
    attempts = [Try(cast.kabid, "decrees.revoke", decree, lambda: REVOKING) for _ in range(2)]
    one_of(together(*attempts, held=decree), "SK pencabutan atas SK ini sedang disusun.")
    assert (changes(decree), Removal.objects.filter(decree__amends=decree).count()) == (["revocation"], 1)


def test_a_revocation_and_an_amendment_of_one_decree(walk, cast):
    decree = signed(walk)
    first = one_of(
        together(
            Try(cast.kabid, "decrees.revoke", decree, lambda: REVOKING),
            Try(cast.kabid, "decrees.amend", decree, lambda: AMENDING),
            held=decree,
        ),
        "SK pencabutan atas SK ini sedang disusun.",
        "SK perubahan atas SK ini sedang disusun; selesaikan atau batalkan dahulu.",
    )
    assert changes(decree) == [["revocation"], ["amendment"]][first]


def test_a_revocation_of_a_decree_and_an_amendment_of_what_amends_it(walk, cast):
    decree = signed(walk, 2)
    draft = actions.amend(decree, by=cast.kabid, **AMENDING)
    leaves = decree.recipients.first()
    actions.remove(draft, by=cast.kabid, recipients=[leaves], cause=Removal.Cause.MOVED)
    amendment = walk.signed(draft)
    one_of(
        together(
            Try(cast.kabid, "decrees.revoke", decree, lambda: REVOKING),
            Try(cast.kabid, "decrees.amend", amendment, lambda: AMENDING),
            held=decree,
        ),
        "SK pencabutan atas SK ini sedang disusun.",
        "SK perubahan atas SK ini sedang disusun; selesaikan atau batalkan dahulu.",
    )
    assert len([*changes(decree), *changes(amendment)]) == 2  # with the amendment that is signed


def test_a_payment_and_the_signature_of_a_revocation(walk, cast):
    """Whoever comes second finds the household elsewhere; the money is paid and owed, or neither."""
    proposal = walk.proposals_at(State.BRIEFED)[0]
    decree = walk.decree_of(proposal)
    listed = walk.listed(decree)
    revocation = walk.endorsed(actions.revoke(decree, by=cast.kabid, **REVOKING))
    line = listed.payments.get()
    form = {"which": "all", "paid_on": f"{timezone.localdate():%Y-%m-%d}", "reference": "TRX-1"}
    paying = Try(cast.bank, "distribution.pay", listed, lambda: form)
    signing = Try(cast.head, "decrees.sign", revocation)
    answers = together(paying, signing, held=proposal)
    assert answers[1][0] == 303, answers
    revocation = Decree.objects.get(pk=revocation.pk)
    state = Proposal.objects.get(pk=proposal.pk).state
    owed = queries.recovery(revocation)
    assert (state, owed) in [(State.PAID, (1, AMOUNT)), (State.ELIGIBLE, (0, 0))]
    line.refresh_from_db()
    assert (line.status == "paid") == (state == State.PAID)


def test_two_sign_one_revocation(walk, cast):
    decree = signed(walk, 2)
    revocation = walk.endorsed(actions.revoke(decree, by=cast.kabid, **REVOKING))
    attempts = [Try(cast.head, "decrees.sign", revocation) for _ in range(2)]
    one_of(together(*attempts, held=revocation), "SK ini sudah ditandatangani.")
    papers = OfficialDocument.objects.filter(subject_pk=str(revocation.pk), paper="sk_pencabutan")
    assert (papers.count(), decree.recipients.in_force().count()) == (1, 0)


def test_two_issue_the_extracts_of_one_decree(walk, cast):
    decree = signed(walk, 2)
    attempts = [Try(cast.secretary, "decrees.issue_extracts", decree) for _ in range(2)]
    one_of(together(*attempts, held=decree), "Semua penerima yang dipilih sudah punya petikan yang berlaku.")
    assert len(queries.extracts_of(decree)) == 2


def test_two_lay_down_a_route_at_once(walk, cast):
    programme = walk.programme()
    form = {"way_1": "secretary+office_head+regent", "reason": "SE Bupati"}
    attempts = [Try(cast.kabid, "decrees.set_route", programme, lambda: form) for _ in range(2)]
    answers = together(*attempts, held=programme)
    assert [status for status, _ in answers] == [303, 303]
    assert list(programme.routes.values_list("number", "retired_at")) == [(1, None)]  # the same again is none
