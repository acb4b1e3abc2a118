"""SOP step 4: the bank's word on each account, and what the village mends."""

import pytest
from django.core.exceptions import ValidationError

import distribution.actions as acts
from distribution import queries
from distribution.models import AccountCheck
from proposals.flow import State
from proposals.models import Proposal
from tests.distribution.conftest import fresh, states
from uep.access.access import Refused
from uep.accounts.models import Disclosure

NOT_YOURS = "Peran Anda tidak mencakup tindakan ini."


def test_accepting_accounts_before_the_agreement_moves_nobody(office_at_work):
    decree = office_at_work.accepted(office_at_work.decree(2))
    assert queries.account_counts(decree) == {"valid": 2, "wrong": 0, "unchecked": 0, "absent": 0}
    assert states(decree) == [State.DECREED, State.DECREED]


def test_an_account_accepted_after_the_agreement_moves_its_household_alone(office_at_work):
    decree = office_at_work.decree(2)
    second = decree.recipients.last()
    acts.confirm_agreement(office_at_work.proposed(decree), by=office_at_work.cast.bank)
    acts.accept_accounts(decree, by=office_at_work.cast.bank, recipients=[second])
    assert states(decree) == [State.DECREED, State.AGREED]


def test_a_wrong_account_needs_a_reason(office_at_work):
    decree = office_at_work.decree(1)
    with pytest.raises(ValidationError, match="Tulis apa yang salah"):
        office_at_work.judged(decree.recipients.get(), why=" ")
    assert AccountCheck.objects.count() == 0


def test_a_wrong_account_goes_to_its_village_and_comes_back_for_another_look(office_at_work):
    decree = office_at_work.decree(2)
    wrong = decree.recipients.first()
    office_at_work.judged(wrong)
    assert list(queries.accounts_to_correct(office_at_work.cast.alice)) == [wrong]
    assert list(queries.accounts_to_correct(office_at_work.cast.bob)) == []
    office_at_work.corrected(wrong)
    assert list(queries.accounts_to_correct(office_at_work.cast.alice)) == []
    assert queries.account_counts(decree) == {"valid": 0, "wrong": 0, "unchecked": 2, "absent": 0}
    # The former number again is the number that the bank has refused.
    office_at_work.corrected(wrong, number="12500000001")
    assert queries.account_counts(decree)["wrong"] == 1


def test_an_account_that_was_never_given_is_asked_of_the_village(office_at_work):
    decree = office_at_work.decree(1, accounts=False)
    recipient = decree.recipients.get()
    assert list(queries.accounts_to_correct(office_at_work.cast.alice)) == [recipient]
    with pytest.raises(Refused, match="Nomor rekening belum diisi oleh desa"):
        office_at_work.judged(recipient)


def test_a_village_may_not_change_an_accepted_account(office_at_work):
    decree = office_at_work.accepted(office_at_work.decree(1))
    with pytest.raises(Refused, match="sudah dinyatakan benar oleh bank"):
        office_at_work.corrected(decree.recipients.get())


def test_a_village_may_not_change_an_account_of_another_village(office_at_work):
    recipient = office_at_work.decree(1).recipients.get()
    with pytest.raises(Refused, match="desa/kelurahan lain"):
        acts.correct_account(
            fresh(recipient), by=office_at_work.cast.bob, account_number="12500777777", account_name="Bob"
        )
    assert Proposal.objects.get().account_number == "12500000001"


@pytest.mark.parametrize("number", ["1234567", "12345678901234567"])
def test_an_account_of_a_length_the_bank_does_not_know_is_refused(office_at_work, number):
    recipient = office_at_work.decree(1).recipients.get()
    with pytest.raises(ValidationError, match="8 sampai 16 angka"):
        office_at_work.corrected(recipient, number=number)


def test_an_account_on_an_open_payment_list_stays_as_it_was_sent(office_at_work):
    decree = office_at_work.decree(1)
    office_at_work.listed(decree)
    with pytest.raises(Refused, match="daftar pembayaran yang sedang ditangani bank"):
        office_at_work.judged(decree.recipients.get())


@pytest.mark.parametrize("who", ["alice", "staff", "kabid", "head", "auditor", "admin", "regent"])
def test_only_the_bank_judges_accounts(office_at_work, who):
    decree = office_at_work.decree(1)
    by = getattr(office_at_work.cast, who)
    with pytest.raises(Refused, match=NOT_YOURS):
        acts.accept_accounts(decree, by=by, recipients=decree.recipients.all())
    with pytest.raises(Refused, match=NOT_YOURS):
        acts.check_account(decree.recipients.get(), by=by, verdict="valid")


def test_numbers_open_only_to_the_officer_who_gave_a_reason(office_at_work):
    decree = office_at_work.decree(2)
    bank = office_at_work.cast.bank
    rows = queries.nominative_list(decree)
    assert queries.open_to(bank, rows) == set()
    acts.reveal_accounts(decree, by=bank, reason="Pemeriksaan rekening")
    assert queries.open_to(bank, rows) == {row.pk for row in rows}
    assert queries.open_to(office_at_work.second_banker, rows) == set()
    assert sorted(Disclosure.objects.values_list("by", "subject", "field", "reason")) == sorted(
        (bank.pk, f"proposals.proposal:{row.proposal.ref}", "account_number", "Pemeriksaan rekening") for row in rows
    )


def test_numbers_close_again_after_half_an_hour(office_at_work, settings):
    decree = office_at_work.decree(1)
    bank = office_at_work.cast.bank
    Disclosure.objects.create(
        at=decree.signed_at - queries.accounts.OPEN_FOR * 2,
        by=bank,
        subject=f"proposals.proposal:{decree.recipients.get().proposal.ref}",
        field="account_number",
        reason="Pemeriksaan rekening",
    )
    assert queries.open_to(bank, queries.nominative_list(decree)) == set()


def test_opening_numbers_needs_a_reason_and_the_paying_bank(office_at_work):
    decree = office_at_work.decree(1)
    with pytest.raises(ValidationError, match="Tulis alasan"):
        acts.reveal_accounts(decree, by=office_at_work.cast.bank, reason="   ")
    with pytest.raises(Refused, match="bank penyalur SK ini"):
        acts.reveal_accounts(decree, by=office_at_work.cast.charlie, reason="Ingin tahu")
    assert Disclosure.objects.count() == 0


def turns(decree) -> list[tuple[list[str], str]]:
    accounts, is_agreed = queries.held_up_by_accounts(decree), queries.agreement_in_force(decree) is not None
    rows = queries.whose_turn(queries.books(decree), on_lists={}, accounts=accounts, is_agreed=is_agreed)
    return [([role.value for role in roles], text) for roles, text in rows]


def test_a_decree_says_whose_turn_each_account_is(office_at_work):
    office, decree = office_at_work, office_at_work.decree(3)
    agreeing = (["bank", "division_head"], "3 penerima menunggu kesepakatan penyaluran.")
    assert turns(decree) == [agreeing, (["bank"], "3 rekening menunggu pemeriksaan bank.")]
    office.judged(decree.recipients.first())
    mending = (["village"], "1 rekening salah atau belum diisi dan perlu diperbaiki.")
    assert turns(decree) == [agreeing, (["bank"], "2 rekening menunggu pemeriksaan bank."), mending]
    acts.confirm_agreement(office.proposed(decree), by=office.cast.bank)
    assert turns(decree) == [(["bank"], "2 rekening menunggu pemeriksaan bank."), mending]
    office.accepted(decree)
    assert turns(decree) == [mending, (["staff"], "2 penerima menunggu sosialisasi.")]


def test_the_page_of_a_household_says_exactly_whose_turn_it_is(office_at_work, client):
    office, decree = office_at_work, office_at_work.decree(1)
    recipient = decree.recipients.get()
    client.force_login(office.cast.alice)

    def turn():
        shown = client.get(recipient.proposal.get_absolute_url()).context["turn"]
        return shown["whose"], shown["text"]

    assert turn() == ("Petugas bank", "Periksa rekening.")
    office.judged(recipient)
    assert turn() == ("", "Perbaiki rekening; bank memeriksanya lagi.")
    office.corrected(recipient)
    office.judged(recipient, "valid", "")
    assert turn() == ("Petugas bank atau Kepala Bidang", "Sepakati penyaluran.")
    acts.confirm_agreement(office.proposed(decree), by=office.cast.bank)
    assert turn() == ("Staf/Jafung", "Adakan sosialisasi.")
    office.recorded(office.planned(decree))
    office.signed_pacts(decree)
    assert turn() == ("Kepala Bidang", "Susun daftar pembayaran.")
    sealed = acts.send_list(decree, by=office.cast.kabid)
    assert turn() == ("Sekretaris atau Kepala Dinas", "Lepas daftar pembayaran ke bank.")
    acts.release_list(sealed, by=office.cast.secretary)
    assert turn() == ("Petugas bank", "Salurkan dana.")
