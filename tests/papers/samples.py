"""Papers that only tests know: one of each shape. Their subject is a region, since every test can make one."""

import os
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.template import engines

from uep.documents.papers import Paper, in_pieces

TEMPLATES = Path(__file__).parent / "templates"
LONG_NAME = "Siti Nurhaliza Maharani Kusumaningtyas binti Abdurrahman Wahid Sastroamidjojo"
SIGNATORY = {  # as uep.office.queries.Signatory.as_dict() gives it
    "name": "Dr. H. TRI WAHYUDI SANTOSO KUSUMANEGARA, S.Sos., M.A.P., CGCAE",
    "nip": "19781211 200604 1 006",
    "rank": "Pembina Utama Muda (IV/c)",
    "title": "Plt. Kepala Dinas Sosial Kabupaten Lamandau",
    "quality": "Plt.",
    "basis": "Surat Perintah Nomor 800/12/BKPSDM/2026",
    "post": "Kepala Dinas Sosial Kabupaten Lamandau",
}


def use_sample_templates() -> None:
    """Let the template loaders find the samples' own templates, whatever was rendered before."""
    for folders in (settings.TEMPLATES[0]["DIRS"], engines["django"].engine.dirs if apps.ready else []):
        if TEMPLATES not in folders:
            folders.append(TEMPLATES)


class SampleDecree(Paper):
    code = "uji_sk"
    title = "Keputusan Kepala Dinas Sosial"
    series = "uji_sk"
    pattern = "188.4/{no}/DINSOS/{bulan_romawi}/{tahun}"
    size = "F4"
    font = "bookman"
    rows = 1  # how many recipients the annex has; tests change it

    @staticmethod
    def context(region, document):
        return {"place": region.name}

    @staticmethod
    def facts(region):
        return {"signatories": [SIGNATORY]}

    @staticmethod
    def describe(region):
        return f"Keputusan tentang Penerima UEP {region.name}"

    @staticmethod
    def public_facts(region):
        return [("Wilayah", region.name), ("Jumlah penerima", str(SampleDecree.rows))]

    @staticmethod
    def chunks(region):
        count = int(os.environ.get("SAMPLE_ROWS") or SampleDecree.rows)
        return in_pieces(
            {"no": number, "name": LONG_NAME if number % 7 == 3 else f"Penerima {number}", "nik": "620903••••••••12"}
            for number in range(1, count + 1)
        )


class SampleLetter(Paper):
    code = "uji_surat"
    title = "Surat Tugas"
    series = "uji_surat"
    pattern = "094/{no3}/{kode}/{tahun}"
    size = "A4"
    images = {}  # what the letter shows; tests change it

    @staticmethod
    def context(region, document):
        return {"images": SampleLetter.images, "photos": list(SampleLetter.images), "addressee": region.name}

    @staticmethod
    def facts(region):
        return {"signatories": [SIGNATORY | {"title": "a.n. Bupati Lamandau\nKepala Dinas Sosial", "quality": "a.n."}]}

    @staticmethod
    def scope(region):
        return {"village": region, "bank": None}


class SamplePrintout(Paper):
    code = "uji_cetak"
    title = "Lembar Disposisi"
    size = "F4/2"
    landscape = True
    issued = False

    @staticmethod
    def context(region, document):
        return {"sender": region.name, "rows": ["Proses lebih lanjut", "Koordinasikan"]}
