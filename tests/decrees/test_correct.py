"""What an amending decree puts right in a line that stays; old and new side by side, on page and paper."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from decrees import actions, queries
from decrees.models import Correction, Decree, Recipient
from decrees.papers import corrected_words
from proposals.flow import State
from proposals.models import Proposal
from tests.decrees.conftest import sql
from tests.decrees.test_amend import states
from tests.papers.golden import words_of
from tests.walk import AMOUNT
from uep.access.access import NOT_YOURS, Refused, why_not
from uep.documents.models import OfficialDocument
from uep.documents.papers import PAPERS
from uep.documents.render import pdf

pytestmark = pytest.mark.django_db


def correct(house, line, **changes) -> Decree:
    words = {name: getattr(line, name) for name in ("name", "address", "business", "amount")}
    return actions.correct(line, by=house.cast.kabid, reason="Salah tulis", **words | changes)


@pytest.fixture
def corrected(house):
    """An amendment that corrects name and amount of the first of two; still in Kabid's hands."""
    decree = house.signed(2)
    amendment = house.amendment(decree)
    line = decree.recipients.get(position=1)
    correct(house, line, name="Siti Aminah binti Umar", amount=AMOUNT - 500_000)
    return decree, Decree.objects.get(pk=amendment.pk), line


def test_a_new_line_takes_the_place_of_the_old_one_and_the_household_stays_where_it_is(house, corrected):
    decree, amendment, line = corrected
    signed = house.at("signed", decree=amendment)
    old, new = Recipient.objects.get(pk=line.pk), Recipient.objects.in_force().get(proposal=line.proposal)
    assert (old.name, old.amount, old.removed_at) == (line.name, AMOUNT, signed.signed_at)
    assert (new.decree, new.corrects, new.position) == (signed, old, 1)
    assert (new.name, new.amount, new.address, new.nik, new.kk_number) == (
        "Siti Aminah binti Umar", AMOUNT - 500_000, line.address, line.nik, line.kk_number,
    )  # fmt: skip
    assert states(line.proposal_id) == [State.DECREED]
    assert line.proposal.steps.filter(act="decrees.release").count() == 0
    assert queries.room_of(decree.programme) == (98 * AMOUNT + 500_000, 98)
    assert queries.totals(signed) == (0, 0)  # it names nobody of its own
    assert queries.still_in_force(signed) == (1, AMOUNT - 500_000)


def test_old_and_new_stand_side_by_side_on_page_and_paper(house, corrected, client):
    _, amendment, line = corrected
    told = [{"line": line, "reason": "Salah tulis", "words": [
        ("Nama", line.name, "Siti Aminah binti Umar"), ("Besaran", "Rp5.000.000", "Rp4.500.000"),
    ]}]  # fmt: skip
    assert corrected_words(amendment) == told
    client.force_login(house.cast.kabid)
    page = client.get(amendment.get_absolute_url()).content.decode()
    amendment = house.at("signed", decree=amendment)
    document = OfficialDocument.objects.get(paper="sk_perubahan")
    paper = " ".join(words_of(pdf(PAPERS["sk_perubahan"], amendment, document)).split())
    for words in (line.name, "Siti Aminah binti Umar", "Rp4.500.000"):
        assert (words in page, words in paper) == (True, True), words
    assert "memperbaiki data 1 (satu) penerima" in paper
    assert corrected_words(amendment) == told  # frozen with the decree
    assert dict(document.facts["public"])["Penerima diperbaiki datanya"] == "1"


def test_the_same_line_corrected_twice_keeps_the_last_words_and_can_be_dropped(house, corrected):
    _, amendment, line = corrected
    correct(house, line, name="Siti Aminah Umar")
    assert list(Correction.objects.values_list("name", "amount")) == [("Siti Aminah Umar", AMOUNT)]
    actions.drop_correction(line, by=house.cast.kabid)
    assert Correction.objects.count() == 0
    with pytest.raises(Refused, match="SK perubahan ini belum mengubah apa pun"):
        actions.send_up(amendment, by=house.cast.kabid)


def test_a_corrected_line_can_be_corrected_again_by_a_later_decree(house, corrected):
    _, amendment, line = corrected
    signed = house.at("signed", decree=amendment)
    second = house.amendment(signed)
    correct(house, signed.recipients.get(), name="Siti Aminah Umar")
    house.at("signed", decree=Decree.objects.get(pk=second.pk))
    chain = [row.name for row in Recipient.objects.filter(proposal=line.proposal).order_by("pk")]
    assert chain == [line.name, "Siti Aminah binti Umar", "Siti Aminah Umar"]


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({}, "Belum ada yang berbeda dari data di SK yang berlaku"),
        ({"name": "  "}, "Isian ini wajib"),
        ({"amount": 0}, "Besaran paling banyak"),
        ({"amount": AMOUNT + 1}, "Besaran paling banyak Rp5"),
    ],
)
def test_what_is_no_correction_is_refused(house, changes, sentence):
    decree = house.signed(1)
    house.amendment(decree)
    with pytest.raises(ValidationError, match=sentence):
        correct(house, decree.recipients.get(), **changes)
    assert Correction.objects.count() == 0


def test_more_money_needs_room(house):
    programme = house.programme(budget=2 * AMOUNT, quota=2)
    low, full = house.eligible(programme, 2)
    Proposal.objects.filter(pk=low.pk).update(amount_requested=AMOUNT - 1)
    decree = house.at("signed", decree=house.draft([low, full]))
    house.amendment(decree)
    line = decree.recipients.get(proposal=low)
    correct(house, line, amount=AMOUNT)
    assert queries.room_of(programme) == (0, 0)
    type(programme).objects.filter(pk=programme.pk).update(budget=2 * AMOUNT - 1)
    with pytest.raises(ValidationError, match=r"Melebihi anggaran program sebesar Rp1\."):
        correct(house, line, name="Lain", amount=AMOUNT)


@pytest.mark.parametrize("state", [State.AGREED, State.BRIEFED, State.PAID])
def test_from_the_agreement_on_a_line_stays_as_the_bank_knows_it(house, corrected, state):
    _, amendment, line = corrected
    amendment = house.at("endorsed", decree=amendment)
    for step in (State.AGREED, State.BRIEFED, State.PAID):
        Proposal.objects.filter(pk=line.proposal_id).update(state=step)
        if step == state:
            break
    with pytest.raises(ValidationError, match=f"penyalurannya sudah disepakati: {line.name}"):
        actions.sign(amendment, by=house.cast.head)
    assert Recipient.objects.get(pk=line.pk).removed_at is None
    amendment = actions.return_draft(amendment, by=house.cast.head, reason="Sudah disepakati")
    assert why_not(house.cast.kabid, "decrees.correct", Recipient.objects.get(pk=line.pk)) == (
        "Data penerima hanya dapat diperbaiki sebelum kesepakatan penyaluran dengan bank."
    )
    actions.drop_correction(line, by=house.cast.kabid)  # so that the draft is not stuck


def test_a_line_is_taken_off_or_corrected_not_both(house, corrected):
    _, amendment, line = corrected
    with pytest.raises(ValidationError, match="Sebagian penerima sudah menerima dana atau sudah dikeluarkan"):
        actions.remove(amendment, by=house.cast.kabid, recipients=[line], cause="died")
    other = amendment.amends.recipients.get(position=2)
    actions.remove(amendment, by=house.cast.kabid, recipients=[other], cause="died")
    with pytest.raises(Refused, match="Penerima ini dikeluarkan dengan draf SK perubahan yang sama"):
        correct(house, other, name="Lain")


def test_without_an_open_draft_and_for_others_there_is_nothing_to_correct(house, corrected):
    _, amendment, line = corrected
    for user in house.cast:
        if user != house.cast.kabid:
            assert why_not(user, "decrees.correct", line) == NOT_YOURS
    actions.send_up(amendment, by=house.cast.kabid)
    for act in ("correct", "drop_correction"):
        assert why_not(house.cast.kabid, f"decrees.{act}", line) is not None
    stranger = house.signed(1).recipients.get()
    with pytest.raises(Refused, match="Susun dahulu SK perubahan"):
        correct(house, stranger, name="Lain")


def test_a_change_of_a_correction_voids_the_initials(house, corrected):
    _, amendment, line = corrected
    before = queries.draft_hash(amendment)
    correct(house, line, name="Siti Aminah Umar")
    assert queries.draft_hash(amendment) != before


def test_no_statement_writes_another_line_than_the_correction_says(house, corrected):
    _, amendment, line = corrected
    with pytest.raises(DatabaseError, match="only a signed amending decree"), transaction.atomic():
        sql("UPDATE decrees_recipient SET removed_at = now()")
    signed = house.at("signed", decree=amendment)
    other, stranger = amendment.amends.recipients.get(position=2), house.eligible(amendment.programme, 1)[0]
    for corrects in (other.pk, None):  # a line that no correction speaks of, and one that puts nothing right
        with pytest.raises(DatabaseError, match="named only while their decree is being signed"), transaction.atomic():
            sql(
                "INSERT INTO decrees_recipient (ref, decree_id, proposal_id, position, village_id, name, nik, kk_number, "
                "address, business, amount, corrects_id) SELECT 'X23456789012', %s, %s, 9, village_id, 'Orang lain', "
                "nik, kk_number, address, business, amount, %s FROM decrees_recipient WHERE id = %s",
                signed.pk, stranger.pk, corrects, line.pk,
            )  # fmt: skip
    for statement in ("UPDATE decrees_correction SET name = 'X'", "DELETE FROM decrees_correction"):
        with pytest.raises(DatabaseError), transaction.atomic():
            sql(statement)


def test_kabid_corrects_by_form_from_the_list(house, client):
    decree = house.signed(2)
    amendment = house.amendment(decree)
    line = decree.recipients.get(position=1)
    client.force_login(house.cast.kabid)
    listed = client.get(reverse("decrees:correctable", args=[amendment.ref])).content.decode()
    assert reverse("decrees:correct", args=[line.ref]) in listed
    form = {"name": "Siti Aminah binti Umar", "address": line.address, "business": line.business,
            "amount": "4.500.000", "reason": "Salah tulis nama"}  # fmt: skip
    done = client.post(reverse("decrees:correct", args=[line.ref]), form)
    assert (done.status_code, done["Location"]) == (303, amendment.get_absolute_url())
    assert list(Correction.objects.values_list("recipient", "name", "amount", "reason")) == [
        (line.pk, "Siti Aminah binti Umar", 4_500_000, "Salah tulis nama")
    ]
    again = client.get(reverse("decrees:correct", args=[line.ref])).content.decode()
    assert f"Di SK yang berlaku: {line.name}" in again
