"""The list inside the decree's PDF: what its pages show, for machines; and what the pages say of the signature."""

import csv
from io import BytesIO, StringIO

import pikepdf
import pytest

from decrees import actions, queries
from decrees.sheets import COLUMNS, annex_csv
from tests.archive import faults
from tests.decrees.test_electronic_signature import bytes_of, certified, own_key, prepared, sign  # noqa: F401  fixtures
from tests.decrees.test_papers import printed
from tests.papers.golden import words_of
from tests.walk import AMOUNT
from uep.documents.models import OfficialDocument
from uep.documents.papers import PAPERS
from uep.documents.render import pdf
from uep.ui.indonesian import rupiah, tanggal

VILLAGES = ("62.09.03.1005", "62.09.01.2001")


def lists_in(content: bytes) -> dict[str, list[dict]]:
    with pikepdf.open(BytesIO(content)) as whole:
        files = {name: spec.get_file().read_bytes().decode() for name, spec in whole.attachments.items()}
    return {name: list(csv.DictReader(StringIO(text, newline=""))) for name, text in files.items()}


@pytest.mark.django_db
def test_the_list_inside_is_the_frozen_one_and_its_sum_the_papers(house):
    programme = house.programme()
    decree = house.at("signed", decree=house.draft(house.eligible(programme, 5, villages=VILLAGES)))
    content = printed(decree)
    found = lists_in(content)
    assert found == {
        "lampiran.csv": [
            {
                "nomor": str(line.position),
                "nama": line.name,
                "nik": line.masked_nik,
                "no_kk": line.masked_kk,
                "alamat": line.address,
                "desa_kelurahan": line.village.name,
                "kecamatan": line.village.parent.name,
                "usaha": line.business,
                "besaran_rupiah": str(line.amount),
            }
            for line in decree.recipients.select_related("village__parent").order_by("position")
        ]
    }
    total = sum(int(row["besaran_rupiah"]) for row in found["lampiran.csv"])
    assert (len(found["lampiran.csv"]), total) == (5, queries.totals(decree).amount)
    assert rupiah(total) in words_of(content)
    with pikepdf.open(BytesIO(content)) as whole:
        text = whole.attachments["lampiran.csv"].get_file().read_bytes().decode()
    assert [line.nik for line in decree.recipients.all() if line.nik in text or line.kk_number in text] == []


@pytest.mark.django_db
def test_an_amending_decree_carries_who_leaves_as_well(house):
    first = house.signed(3)
    draft = house.amendment(first)
    gone = first.recipients.order_by("position")[1]
    actions.remove(draft, by=house.cast.kabid, recipients=[gone], cause="died")
    decree = house.at("signed", decree=draft)
    content = printed(decree)
    found = lists_in(content)
    assert faults(content) == []
    assert found["lampiran.csv"] == []
    assert [(row["nomor"], row["nama"], row["besaran_rupiah"]) for row in found["dikeluarkan.csv"]] == [
        ("2", gone.name, str(AMOUNT))
    ]


@pytest.mark.django_db
def test_a_preview_carries_no_list(house):
    assert lists_in(pdf(PAPERS["sk"], house.at("endorsed"))) == {}


def test_a_name_that_a_spreadsheet_would_reckon_is_text():
    row = dict.fromkeys(COLUMNS.values(), "x") | {"position": 1, "name": '=HYPERLINK("http://x","a,b")', "amount": 5}
    assert annex_csv([row]).decode() == (
        "nomor,nama,nik,no_kk,alamat,desa_kelurahan,kecamatan,usaha,besaran_rupiah\r\n"
        '1,"\'=HYPERLINK(""http://x"",""a,b"")",x,x,x,x,x,x,5\r\n'
    )


@pytest.mark.django_db
def test_the_last_page_says_who_signed_when_and_where_to_check(house, certified, run_jobs):  # noqa: F811
    decree = sign(prepared(house, run_jobs), house.cast.head)
    content = bytes_of(OfficialDocument.objects.get())
    with pikepdf.open(BytesIO(content)) as whole:
        del whole.pages[:-1]
        whole.save(last := BytesIO())
    words = words_of(last.getvalue())
    assert f"ditandatangani secara elektronik oleh Kadis Uji, S.E., {decree.signatory['post']}, pada tanggal " in words
    assert f"pada tanggal {tanggal(decree.date)}" in words
    assert OfficialDocument.objects.get().code in words.replace(" ", "")
    assert "Disahkan secara elektronik" not in words_of(content)
    assert (list(lists_in(content)), faults(content)) == (["lampiran.csv"], [])
