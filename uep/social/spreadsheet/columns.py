"""Which column holds what: titles matched by meaning, and by what the office said of this source before."""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any, NamedTuple

from uep.social.spreadsheet import cells
from uep.social.spreadsheet.opening import Unreadable, lines_of

SEARCHED_ROWS = 30


class Field(NamedTuple):
    label: str
    phrases: tuple[str, ...]


FIELDS = {
    "nik": Field("NIK", ("nik", "no nik", "no induk kependudukan", "nik ktp", "no ktp", "nik anggota")),
    "kk_number": Field("Nomor KK", ("kk", "no kk", "nokk", "nkk", "no kartu keluarga", "kartu keluarga")),
    "name": Field("Nama", ("nama", "nama lengkap", "nama anggota", "nama anggota keluarga", "nama penerima", "nama art")),
    "sex": Field("Jenis kelamin", ("jenis kelamin", "jk", "jns kelamin", "kelamin", "sex", "gender", "l p", "jenkel")),
    "birth_place": Field("Tempat lahir", ("tempat lahir", "tmp lahir", "tmpt lahir", "kota lahir")),
    "birth_date": Field("Tanggal lahir", ("tgl lahir", "tgl lhr")),
    "relation": Field(
        "Hubungan keluarga",
        ("hubungan", "hubungan keluarga", "hub keluarga", "shdk", "status hubungan dalam keluarga", "hub kepala keluarga",
         "hubungan dengan kepala keluarga", "status hubungan"),
    ),
    "occupation": Field("Pekerjaan", ("pekerjaan", "pekerjaan utama", "jenis pekerjaan", "status pekerjaan")),
    "is_alive": Field("Status hidup", ("status hidup", "status kematian", "keterangan hidup", "hidup", "hidup meninggal")),
    "address": Field("Alamat", ("alamat", "alamat lengkap", "alamat ktp", "alamat rumah")),
    "rt": Field("RT", ("rt", "no rt")),
    "rw": Field("RW", ("rw", "no rw")),
    "village_code": Field(
        "Kode desa", ("kode desa", "kode kelurahan", "kode desa kelurahan", "kode kemendagri", "kd desa", "kode wilayah")
    ),
    "village_name": Field("Nama desa", ("desa", "kelurahan", "desa kelurahan", "kelurahan desa", "nama desa",
                                        "nama kelurahan", "nama desa kelurahan", "nama kel")),
    "desil": Field("Desil", ("desil", "desil nasional", "desil kesejahteraan", "desil keluarga", "peringkat desil")),
    "social_id": Field(
        "ID data sosial", ("id dtks", "id dtsen", "iddtks", "iddtsen", "id keluarga", "id bdt", "idbdt", "id individu")
    ),
    "gets_pkh": Field("Penerima PKH", ("pkh", "bansos pkh", "penerima pkh", "status pkh")),
    "gets_sembako": Field("Penerima sembako", ("sembako", "bpnt", "penerima sembako", "bpnt sembako", "status sembako",
                                               "sembako bpnt", "bansos sembako", "bansos bpnt")),
    "matches_dukcapil": Field("Padan Dukcapil", ("padan dukcapil", "padan", "status padan", "dukcapil", "padanan dukcapil",
                                                 "valid dukcapil")),
}  # fmt: skip
# Without these no person can be told; the next two are asked for once, since a register that lacks them is unusual.
NEEDED = ("nik", "name")
ASKED = ("nik", "name", "kk_number", "desil")
ONE_SPELLING = {"nomor": "no", "nmr": "no", "tanggal": "tgl", "tgllahir": "tgl lahir", "tmplahir": "tempat lahir"}
IGNORED = ""  # what a remembered title means that holds nothing of ours


class Header(NamedTuple):
    """The row of titles, and which column each field is in (0 is A)."""

    number: int
    texts: list[str]
    columns: dict[str, int]

    @property
    def unknown(self) -> list[str]:
        """Titles that mean nothing to us."""
        taken = set(self.columns.values())
        return [text for index, text in enumerate(self.texts) if text and index not in taken]


def folded(title: Any) -> str:
    """A title in one spelling: "No_KK", "NO. KK" and "Nomor KK" are the same."""
    words = re.findall(r"[^\W_]+", cells.text(title).casefold())
    return " ".join(ONE_SPELLING.get(word, word) for word in words)


MEANINGS = {folded(phrase): name for name, field in FIELDS.items() for phrase in field.phrases}


def columns_of(texts: list[str], remembered: Mapping[str, str]) -> dict[str, int]:
    """Each field's first column; what was said of this source before goes before what a title seems to mean."""
    found: dict[str, int] = {}
    for known in (remembered, MEANINGS):
        taken = set(found.values())
        for index, title in enumerate(map(folded, texts)):
            name = known.get(title, IGNORED)
            told = known is MEANINGS and title in remembered
            if name in FIELDS and name not in found and index not in taken and not told:
                found[name] = index
                taken.add(index)
    return found


def find_header(file, remembered: Mapping[str, str]) -> Header:
    """The row of titles among the first ones. Unreadable when there is none, or no row below it."""
    with lines_of(file) as lines:
        first = list(islice(lines, SEARCHED_ROWS))
    best: Header | None = None
    for line in first:
        texts = [cells.text(value) if isinstance(value, str) else "" for value in line.cells]
        if any(is_number(value) for value in line.cells):
            continue  # a person's line, not the titles
        header = Header(line.number, texts, columns_of(texts, remembered))
        if worth(header) > worth(best):
            best = header
    if best is None or worth(best) < (0, 2):
        raise Unreadable(
            "Judul kolom tidak ditemukan. Baris pertama harus berisi judul, sedikitnya NIK dan Nama; tambahkan, simpan, "
            "lalu unggah lagi.",
            code="no_header",
        )
    if not any(line.number > best.number for line in first):
        raise Unreadable("Tidak ada baris di bawah judul kolom. Periksa berkasnya, lalu unggah lagi.", code="no_rows")
    return best


def worth(header: Header | None) -> tuple[int, int]:
    return (len(header.columns), sum(map(bool, header.texts))) if header else (-1, -1)


def is_number(value) -> bool:
    """A NIK or KK, however it is stored."""
    digits = re.sub(r"\D", "", cells.text(value))
    return len(digits) >= 12 or (isinstance(value, float) and value >= 1e12)


def is_settled(header: Header, remembered: Mapping[str, str]) -> bool:
    """May the file be read without asking? All that is asked for is there, or every unknown title was asked about."""
    if set(NEEDED) - set(header.columns):
        return False
    return not set(ASKED) - set(header.columns) or all(folded(title) in remembered for title in header.unknown)
