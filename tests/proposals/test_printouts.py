"""The forms for signature: ready filled, with a code that leads back, and recorded as a look at the numbers."""

import io
import shutil
import subprocess

import pytest

from proposals.actions import draft
from proposals.flow import State
from proposals.papers import PRINTOUTS
from uep.accounts.models import Disclosure


def text_of(response) -> str:
    tool = shutil.which("pdftotext")
    done = subprocess.run([tool, "-layout", "-", "-"], input=response.content, capture_output=True, check=True)
    return " ".join(io.TextIOWrapper(io.BytesIO(done.stdout)).read().split())


@pytest.fixture
def proposal(walk, programme):
    return walk.draft(programme)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "sptjm",
            ["SURAT PERNYATAAN TANGGUNG JAWAB MUTLAK", "Rp5.000.000 (lima juta rupiah)", "Meterai Rp10.000", "Saksi 1"],
        ),
        (
            "sku",
            ["PEMERINTAH KABUPATEN LAMANDAU KECAMATAN BULIK KELURAHAN NANGA BULIK", "Lurah Nanga Bulik", "4 tahun"],
        ),
        ("rab", ["RENCANA ANGGARAN BIAYA", "Modal dagang", "Terbilang: lima juta rupiah."]),
        ("pakta_integritas", ["PAKTA INTEGRITAS", "tanpa potongan oleh siapa pun", "Meterai Rp10.000"]),
    ],
)
def test_a_form_comes_ready_for_signature(proposal, cast, sign_in, code, words):
    response = sign_in(cast.alice).get(f"/usulan/{proposal.ref}/cetak/{code}.pdf")
    text = text_of(response)
    assert (response.status_code, response["Content-Type"], response["Cache-Control"]) == (
        200,
        "application/pdf",
        "private, no-store",
    )
    assert [word for word in (*words, proposal.name, f"Usulan {proposal.ref}") if word not in text] == []
    if code != "rab":
        assert (str(proposal.nik) in text, "Jl. Melati No. 4, RT 003 RW 001" in text) == (True, True)


def test_an_empty_draft_prints_with_room_to_write(programme, cast, sign_in):
    proposal = draft(programme, by=cast.alice, name="Ratna")
    pages = [sign_in(cast.alice).get(f"/usulan/{proposal.ref}/cetak/{code}.pdf") for code in PRINTOUTS]
    assert [page.status_code for page in pages] == [200] * 4
    assert "None" not in " ".join(map(text_of, pages))


def test_a_print_is_a_look_and_says_so(proposal, cast, sign_in):
    sign_in(cast.alice).get(f"/usulan/{proposal.ref}/cetak/sptjm.pdf", REMOTE_ADDR="10.1.2.3")
    look = Disclosure.objects.get()
    assert (look.by, look.subject, look.field, look.reason, look.address) == (
        cast.alice, f"proposals.proposal:{proposal.ref}", "nik, kk_number", "Cetak formulir: SPTJM calon penerima", "10.1.2.3",
    )  # fmt: skip


def test_the_village_heads_statement_lists_every_household(walk, programme, cast, sign_in):
    walk.draft(programme)
    walk.draft(programme)
    letter = walk.letter(programme)
    response = sign_in(cast.alice).get(f"/usulan/surat/{letter.ref}/sptjm.pdf")
    text = text_of(response)
    rows = list(letter.proposals.all())
    assert len(rows) == 2
    assert [p.name for p in rows if p.name not in text or str(p.nik) not in text] == []
    assert "2 (dua) calon penerima" in text
    assert "Rp10.000.000" in text
    assert Disclosure.objects.count() == 2


@pytest.mark.parametrize(("who", "status"), [("bob", 404), ("outsider", 404), ("bank", 403), ("admin", 403)])
def test_who_may_not_print(proposal_at, cast, sign_in, who, status):
    proposal = proposal_at(State.SUBMITTED)
    client = sign_in(getattr(cast, who))
    urls = [f"/usulan/{proposal.ref}/cetak/sptjm.pdf", f"/usulan/surat/{proposal.letter.ref}/sptjm.pdf"]
    assert [client.get(url).status_code for url in urls] == [status, status]
    assert Disclosure.objects.count() == 0


@pytest.mark.parametrize("code", ["sk", "tanda_terima", "sptjm_desa", "tidak_ada"])
def test_only_the_forms_of_a_household_are_printed_here(proposal, cast, sign_in, code):
    assert sign_in(cast.alice).get(f"/usulan/{proposal.ref}/cetak/{code}.pdf").status_code == 404
