"""Sending a letter: refused whole, with what is missing from the letter and from each household."""

import pytest
from django.core.exceptions import ValidationError

from proposals import actions
from proposals.flow import State
from proposals.models import CoverLetter, Proposal
from uep.documents.models import OfficialDocument

pytestmark = pytest.mark.django_db

MISSING = [
    "Berkas surat belum diunggah: Pindaian surat pengantar, SPTJM kepala desa/lurah.",
    "Siti Uji 1: Belum diisi: jenis usaha. Belum diunggah: KTP, Kartu Keluarga.",
    "Siti Uji 3: Jumlah RAB Rp5.000.000 belum sama dengan bantuan yang diminta Rp4.000.000.",
]


@pytest.fixture
def letter(walk, cast, programme):
    """Three households on a letter, of which only the second may be sent."""
    bare, _, dear = (walk.draft(programme) for _ in range(3))
    actions.edit(bare, by=cast.alice, business="")
    for attachment in bare.attachments.filter(requirement__code__in=["ktp", "kk"]):
        actions.detach(attachment, by=cast.alice)
    actions.edit(dear, by=cast.alice, amount_requested=4_000_000)
    letter = CoverLetter.objects.create(
        programme=programme, village_id=cast.alice.village_id, number="400.9/1", date="2026-11-02",
        signed_by="Rahmat", signed_title="Lurah", created_by=cast.alice,
    )  # fmt: skip
    Proposal.objects.update(letter=letter)
    return letter


def test_a_letter_is_refused_whole_with_a_line_for_each_household(letter, cast):
    with pytest.raises(ValidationError) as refused:
        actions.submit(letter, by=cast.alice)
    assert refused.value.messages == MISSING
    letter.refresh_from_db()
    assert (letter.submitted_at, letter.agenda_number, OfficialDocument.objects.count()) == (None, None, 0)
    assert set(Proposal.objects.values_list("state", "register_number")) == {(State.DRAFT, None)}


def test_the_page_of_sending_lists_what_is_missing(letter, cast, sign_in):
    answer = sign_in(cast.alice).post(f"/usulan/surat/{letter.ref}/kirim/")
    assert (answer.status_code, answer.context["errors"]) == (422, MISSING)


def test_a_letter_offers_what_makes_sense_now(walk, cast, programme, sign_in):
    def offered(user, letter):
        page = sign_in(user).get(letter.get_absolute_url()).content.decode()
        return [
            label for label in ("Kirim ke Dinas Sosial", "Pilih usulan", "Ubah surat", "Disposisi</a>") if label in page
        ]

    walk.draft(programme)
    letter = walk.letter(programme)
    village = ["Kirim ke Dinas Sosial", "Pilih usulan", "Ubah surat"]
    assert offered(cast.alice, letter) == village
    actions.submit(letter, by=cast.alice)
    assert (offered(cast.alice, letter), offered(cast.secretary, letter)) == ([], ["Disposisi</a>"])
    walk.disposed(letter)
    assert (offered(cast.alice, letter), offered(cast.secretary, letter)) == ([], [])
