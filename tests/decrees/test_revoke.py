"""SK pencabutan: what it takes off, what it cannot undo, and what its signature does to every paper."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from decrees import actions, queries
from decrees.models import Decree, Recipient, Removal
from decrees.papers import revoked_rows
from distribution.queries import books
from proposals.flow import State
from proposals.models import Proposal
from tests.decrees.conftest import CONSIDERATIONS, sql
from tests.decrees.test_amend import pay, states
from tests.walk import AMOUNT
from uep.access.access import NOT_YOURS, Refused, why_not
from uep.access.roles import Role
from uep.documents.models import OfficialDocument

pytestmark = pytest.mark.django_db
WHY = "anggaran program dialihkan"


def revoke(house, decree, **changes) -> Decree:
    facts = {"by": house.cast.kabid, "title": f"Pencabutan Keputusan Nomor {decree.number}", "reason": WHY} | changes
    return actions.revoke(decree, considerations=CONSIDERATIONS, **facts)


def revoked(house, decree) -> Decree:
    return house.at("signed", decree=revoke(house, decree))


def paper_of(decree) -> OfficialDocument:
    return OfficialDocument.objects.get(subject_pk=str(decree.pk), paper=decree.paper)


def test_whoever_is_not_paid_is_eligible_again_and_whoever_is_stays_paid(house):
    decree = house.signed(3)
    paid, *others = decree.recipients.order_by("position")
    pay(paid)
    signed = revoked(house, decree)
    unpaid = [line.proposal_id for line in others]
    assert states(paid.proposal_id, *unpaid) == [State.PAID, State.ELIGIBLE, State.ELIGIBLE]
    assert list(queries.to_recover(signed)) == [paid]
    assert queries.recovery(signed) == (1, AMOUNT)
    assert list(queries.set_free(signed)) == others
    assert [line.position for line in queries.in_force(decree)] == [1]  # the money is on the books until it comes back
    assert queries.room_of(decree.programme) == (99 * AMOUNT, 99)
    assert Proposal.objects.get(pk=unpaid[0]).steps.first().act == "decrees.restore"
    assert (queries.is_revoked(decree), queries.revocation_of(decree)) == (True, signed)
    assert list(signed.recipients.all()) == []


def test_whoever_was_set_free_can_be_named_by_another_decree(house):
    decree = house.signed(2)
    revoked(house, decree)
    again = house.at("signed", decree=house.draft(list(queries.eligible_for(decree.programme))))
    assert queries.totals(again) == (2, 2 * AMOUNT)
    assert set(Recipient.objects.in_force().values_list("decree", flat=True)) == {again.pk}


def test_it_goes_the_way_of_the_decree_it_revokes(house):
    decree = house.signed(regent=True)
    revocation = actions.send_up(revoke(house, decree), by=house.cast.kabid)
    assert (revocation.route, revocation.signatory_role) == (decree.route, Role.REGENT)
    revocation = house.at("at_regent", decree=revocation)
    assert actions.sign(revocation, by=house.cast.regent).signatory["title"] == "BUPATI LAMANDAU"


def test_a_payment_meanwhile_is_shown_before_the_signature_and_stays(house):
    decree = house.signed(2)
    revocation = house.at("endorsed", decree=revoke(house, decree))
    seen = queries.seen_hash(revocation)
    late = decree.recipients.get(position=2)
    pay(late)
    with pytest.raises(ValidationError, match="Draf berubah sejak halaman ini dibuka"):
        actions.sign(revocation, by=house.cast.head, seen=seen)
    signed = actions.sign(revocation, by=house.cast.head, seen=queries.seen_hash(revocation))
    assert list(queries.to_recover(signed)) == [late]
    assert Recipient.objects.get(pk=late.pk).removed_at is None


def test_it_takes_everything_that_amends_the_decree_along(house):
    programme = house.programme()
    decree = house.at("signed", decree=house.draft(house.eligible(programme, 2)))
    amendment = house.amendment(decree)
    leaves = decree.recipients.get(position=1)
    actions.remove(amendment, by=house.cast.kabid, recipients=[leaves], cause=Removal.Cause.DIED)
    successor = house.eligible(programme, 1)[0]
    actions.add(amendment, by=house.cast.kabid, proposals=[successor])
    amendment = house.at("signed", decree=Decree.objects.get(pk=amendment.pk))
    assert why_not(house.cast.kabid, "decrees.revoke", amendment) == (
        "SK perubahan dicabut bersama SK yang diubahnya; buka SK itu."
    )
    signed = revoked(house, decree)
    stays = decree.recipients.get(position=2)
    assert states(leaves.proposal_id, stays.proposal_id, successor.pk) == [
        State.WITHDRAWN, State.ELIGIBLE, State.ELIGIBLE,
    ]  # fmt: skip
    assert [paper_of(row).status for row in (decree, amendment, signed)] == ["amended", "revoked", "current"]
    assert queries.revoked_among([decree, amendment, signed]) == {decree.pk, amendment.pk}
    assert [(row["group"], row["decree"]) for row in revoked_rows(signed)] == [
        ("freed", f"{decree.number}, no. 2"), ("freed", f"{amendment.number}, no. 1"),
    ]  # fmt: skip


def test_the_public_reads_that_it_is_revoked_by_what_and_why(house, client):
    decree = house.signed(2)
    pay(decree.recipients.get(position=1))
    signed = revoked(house, decree)
    before = client.get(paper_of(decree).get_check_url()).content.decode()
    own = client.get(paper_of(signed).get_check_url()).content.decode()
    for words in ("sudah dicabut dengan naskah lain", "Dicabut dengan", signed.number, WHY):
        assert words in before
    for words in ("masih berlaku", "Pencabutan", f"Keputusan Nomor {decree.number}", "Rp5.000.000, 1 penerima"):
        assert words in own
    for name in decree.recipients.values_list("name", flat=True):
        assert name not in before + own


def test_a_revoked_decree_is_neither_changed_nor_revoked_again(house):
    decree = house.signed()
    signed = revoked(house, decree)
    assert why_not(house.cast.kabid, "decrees.amend", decree) == "SK ini sudah dicabut."
    assert why_not(house.cast.kabid, "decrees.revoke", decree) == "SK ini sudah dicabut."
    assert why_not(house.cast.kabid, "decrees.amend", signed) == "SK pencabutan tidak diubah; susun SK penetapan baru."
    assert why_not(house.cast.kabid, "decrees.revoke", signed) == (
        "SK pencabutan tidak dapat dicabut; susun SK penetapan baru."
    )


def test_one_change_of_a_decree_at_a_time(house):
    decree, other = house.signed(), house.signed()
    house.amendment(decree)
    assert why_not(house.cast.kabid, "decrees.revoke", decree) == (
        "SK perubahan atas SK ini sedang disusun; selesaikan atau batalkan dahulu."
    )
    draft = revoke(house, other)
    assert why_not(house.cast.kabid, "decrees.amend", other) == "SK pencabutan atas SK ini sedang disusun."
    assert why_not(house.cast.kabid, "decrees.revoke", other) == "SK pencabutan atas SK ini sedang disusun."
    with pytest.raises(IntegrityError, match="one_change_under_way_per_decree"), transaction.atomic():
        Decree.objects.create(
            programme=other.programme, kind="amendment", amends=other, title="x", drafted_by=house.cast.kabid
        )
    actions.cancel(draft, by=house.cast.kabid, reason="Tidak jadi")
    assert why_not(house.cast.kabid, "decrees.revoke", other) is None
    assert queries.still_in_force(other) == (2, 2 * AMOUNT)


def test_it_names_nobody_and_keeps_nobody(house):
    draft = revoke(house, house.signed())
    house.eligible(draft.programme, 1)
    sentence = "SK pencabutan tidak menetapkan penerima; ia mencabut seluruh SK yang disebutnya."
    answers = {act: why_not(house.cast.kabid, f"decrees.{act}", draft) for act in ("add", "strike", "remove", "keep")}
    only = "Hanya SK perubahan yang mengeluarkan penerima."
    assert answers == {"add": sentence, "strike": sentence, "remove": only, "keep": only}


def test_only_kabid_drafts_it_with_a_reason_and_never_signs_it(house):
    decree = house.signed()
    for user in house.cast:
        if user != house.cast.kabid:
            with pytest.raises(Refused, match=NOT_YOURS):
                revoke(house, decree, by=user)
    with pytest.raises(ValidationError, match="Sebutkan alasan pencabutan"):
        revoke(house, decree, reason="  ")
    assert Decree.objects.count() == 1
    with pytest.raises(IntegrityError, match="a_revocation_says_why"), transaction.atomic():
        Decree.objects.create(
            programme=decree.programme, kind="revocation", amends=decree, title="x", drafted_by=house.cast.kabid
        )


def test_no_statement_takes_a_line_off_beside_the_signature(house):
    decree = house.signed()
    revoke(house, decree)
    with pytest.raises(DatabaseError, match="only a signed amending decree"), transaction.atomic():
        sql("UPDATE decrees_recipient SET removed_at = now()")


def test_a_cut_budget_does_not_stop_a_revocation(house):
    programme = house.programme(budget=2 * AMOUNT, quota=2)
    decree = house.at("signed", decree=house.draft(house.eligible(programme, 2)))
    type(programme).objects.filter(pk=programme.pk).update(budget=AMOUNT, quota=1)
    revoked(house, Decree.objects.get(pk=decree.pk))
    assert queries.room_of(type(programme).objects.get(pk=programme.pk)) == (AMOUNT, 1)


# Money under way ------------------------------------------------------------------------------------------------------


def test_lines_at_the_bank_are_not_paid_any_more_and_the_books_balance(walk):
    rows = walk.proposals_at(State.BRIEFED, 3)
    decree = walk.decree_of(rows[0])
    listed = walk.listed(decree)
    first = listed.payments.order_by("position").first()
    from distribution.actions import pay as confirm  # noqa: PLC0415 - the name `pay` is taken

    facts = {"by": walk.cast.bank, "paid_on": listed.sent_at.date(), "reference": "TRX-1"}
    confirm(listed, payments=[first], **facts)
    signed = walk.signed(
        actions.revoke(
            decree, by=walk.cast.kabid, title="Pencabutan", considerations="bahwa;", reason="Anggaran dialihkan"
        )
    )
    sums = books(decree)
    assert (sums.decreed, sums.paid, sums.withdrawn) == ((3, 3 * AMOUNT), (1, AMOUNT), (2, 2 * AMOUNT))
    assert (sums.failed, sums.waiting) == ((0, 0), (0, 0))
    assert queries.recovery(signed) == (1, AMOUNT)
    with pytest.raises(Refused, match="Semua pembayaran di daftar ini sudah dicatat"):
        confirm(listed, payments=listed.payments.exclude(pk=first.pk), **facts)
    assert sorted(Proposal.objects.filter(pk__in=[row.pk for row in rows]).values_list("state", flat=True)) == [
        State.ELIGIBLE, State.ELIGIBLE, State.PAID,
    ]  # fmt: skip
    walk.handed_over(first.recipient)  # what was received is receipted: the proof on which it is asked back


# Pages ----------------------------------------------------------------------------------------------------------------


def test_the_pages_say_what_stays_to_be_recovered_before_and_after(house, client):
    decree = house.signed(2)
    paid = decree.recipients.get(position=1)
    pay(paid)
    client.force_login(house.cast.kabid)
    asks = client.get(reverse("decrees:revoke", args=[decree.ref])).content.decode()
    form = {"reason": "Anggaran program dialihkan.", "title": "Pencabutan", "considerations": "bahwa {alasan};"}
    done = client.post(reverse("decrees:revoke", args=[decree.ref]), form)
    revocation = Decree.objects.get(kind="revocation")
    said = queries.facts_of(revocation)["words"]["considerations"]
    assert (done.status_code, said) == (303, ["bahwa anggaran program dialihkan;"])
    assert revocation.reason == "Anggaran program dialihkan."
    revocation = house.at("endorsed", decree=revocation)
    client.force_login(house.cast.head)
    decides = client.get(reverse("decrees:sign", args=[revocation.ref])).content.decode()
    signed = actions.sign(revocation, by=house.cast.head)
    after = client.get(signed.get_absolute_url()).content.decode()
    for page in (asks, decides, after):
        assert ("Dana yang harus dikembalikan" in page, paid.name in page) == (True, True)
    old = client.get(decree.get_absolute_url()).content.decode()
    assert ("Dicabut dengan SK" in old, "Rp5.000.000 dari 1 penerima harus dikembalikan" in old) == (True, True)
    book = client.get(reverse("decrees:recovery_xlsx", args=[signed.ref]))
    assert (book.status_code, book["Content-Type"].endswith("spreadsheetml.sheet")) == (200, True)
    assert "Dicabut" in client.get("/sk/").content.decode()
