"""Which column holds what: headers matched by meaning, wherever they stand and however they are spelt.

A header is a bag of words. Words are brought to one spelling ("Tgl.", "Tanggal", "Tangal" are one word), words that
say nothing here ("calon", "penerima", "Rp") are dropped, and what is left is compared with each field's phrases.
"""

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

from xlsxwriter.utility import xl_col_to_name

from proposals.spreadsheet.opening import Grid

SEARCHED_ROWS = 300
SURE = 5  # fields in one row: no need to look further down


@dataclass(frozen=True)
class Field:
    """What a column may hold: its label, the phrases that mean it, and words that say it is something else."""

    label: str
    phrases: tuple[str, ...]
    unless: str = ""
    weak: tuple[str, ...] = ()  # taken only when it is the whole header


FIELDS = {
    "number": Field("No", ("no urut", "urut"), weak=("no",)),
    "name": Field(
        "Nama Lengkap",
        ("nama",),
        unless="ibu ayah suami istri bank desa kelurahan kecamatan kabupaten dusun pemilik rekening usaha pendamping "
        "petugas barang produk kepala kk an atas",
        weak=("nama kepala keluarga", "nama kk", "calon", "penerima", "calon penerima"),
    ),
    "nik": Field(
        "NIK",
        ("nik", "no nik", "no ktp", "nik ktp", "no induk kependudukan", "no identitas"),
        unless="alamat nama foto fc kk keluarga suami istri",
        weak=("ktp", "no induk", "identitas"),
    ),
    "kk_number": Field(
        "No. KK",
        ("kk", "no kk", "kartu keluarga", "no kartu keluarga", "nkk", "nokk", "no keluarga"),
        unless="nama nik foto fc alamat kepala anggota jumlah status hubungan ktp",
    ),
    "birth": Field("Tempat, Tanggal Lahir", ("ttl", "tempat tgl lahir"), unless="usaha"),
    "birth_place": Field("Tempat Lahir", ("tempat lahir", "kota lahir", "tempat kelahiran"), unless="tgl"),
    "birth_date": Field("Tanggal Lahir", ("tgl lahir", "tgl kelahiran"), unless="tempat", weak=("lahir", "kelahiran")),
    "sex": Field(
        "L/P",
        ("jenis kelamin", "kelamin", "lp", "jk", "jenkel", "gender", "laki perempuan", "jenis kelamin laki perempuan"),
        unless="usaha",
    ),
    # Some lists have a column for each sex, to be ticked.
    "sex_male": Field("L", ("jenis kelamin l", "kelamin l", "jk l", "jenis kelamin laki"), weak=("l", "laki")),
    "sex_female": Field("P", ("jenis kelamin p", "kelamin p", "jk p", "jenis kelamin perempuan"), weak=("p", "perempuan")),
    "address": Field(
        "Alamat",
        ("alamat", "tempat tinggal", "alamat tempat tinggal", "alamat domisili", "alamat rumah", "alamat rt rw"),
        unless="usaha email",
        weak=("domisili",),
    ),
    "rt_rw": Field("RT/RW", ("rt rw",), unless="alamat"),
    "rt": Field("RT", ("rt",), unless="rw alamat"),
    "rw": Field("RW", ("rw",), unless="rt alamat"),
    "hamlet": Field("Dusun", ("dusun", "dukuh", "lingkungan", "dusun lingkungan"), unless="alamat nama kepala"),
    "business": Field(
        "Jenis Usaha",
        ("usaha", "jenis usaha", "nama usaha", "bidang usaha", "jenis nama usaha"),
        unless="lama alamat lokasi omzet modal tempat tahun mulai sejak foto sku izin surat kebutuhan usia umur "
        "pendapatan penghasilan hasil keuntungan laba luas",
    ),
    "business_years": Field(
        "Lama Usaha (th)",
        ("lama usaha", "lama usaha tahun", "lama usaha bulan", "usia usaha", "umur usaha", "usaha sejak", "mulai usaha",
         "tahun mulai usaha", "tahun berdiri usaha"),
        weak=("lama",),
    ),
    "monthly_turnover": Field(
        "Omzet / bulan (Rp)",
        ("omzet", "omzet bulan", "omzet usaha", "pendapatan usaha", "pendapatan bulan", "penghasilan bulan",
         "penghasilan usaha", "hasil usaha bulan", "pendapatan", "penghasilan"),
        unless="hari minggu tahun keluarga suami istri",
    ),
    "amount_requested": Field(
        "Kebutuhan Modal (Rp)",
        ("kebutuhan modal", "kebutuhan modal usaha", "modal dibutuhkan", "tambahan modal", "jumlah bantuan", "nominal",
         "nominal bantuan", "bantuan diminta", "usulan bantuan", "usulan dana", "besar bantuan", "jumlah dana",
         "nilai bantuan", "jumlah usulan", "jumlah diminta", "jumlah diajukan", "kebutuhan dana", "dana diminta",
         "dana diajukan", "permohonan dana", "rab", "nilai rab", "jumlah rab"),
        unless="awal sendiri tanggungan anggota orang jiwa keluarga tahun jenis terbilang",
        weak=("modal", "kebutuhan", "bantuan", "usulan", "dana", "jumlah", "permohonan", "modal usaha"),
    ),
    "phone": Field("No. HP/WA", ("no hp", "hp", "no kontak", "kontak"), unless="nama pendamping petugas"),
    "account_number": Field(
        "No. Rekening",
        ("rekening", "no rekening", "rekening bank", "no rekening bank", "rekening tabungan", "norek"),
        unless="nama pemilik an atas",
    ),
    "account_name": Field(
        "Nama Pemilik Rekening",
        ("nama rekening", "nama pemilik rekening", "pemilik rekening", "rekening an", "rekening atas nama", "atas nama"),
    ),
    "business_address": Field("Alamat Usaha", ("alamat usaha", "lokasi usaha", "tempat usaha"), unless="luas foto"),
    "occupation": Field("Pekerjaan", ("pekerjaan", "pekerjaan utama"), unless="suami istri"),
    "social_data": Field(
        "Data Sosial",
        ("dtks", "dtsen", "p3ke", "status dtks", "status dtsen", "dtks dtsen", "data sosial", "sumber data sosial",
         "status dtks dtsen", "terdaftar dtks", "terdaftar dtsen"),
        unless="id no desil tgl periode",
    ),
    "social_id": Field("ID DTSEN", ("id dtks", "id dtsen", "no dtks", "no dtsen", "id dtks dtsen", "idbdt")),
    "desil": Field("Desil", ("desil", "desil dtsen", "desil dtks", "desil keluarga", "peringkat desil")),
    "note": Field("Keterangan", ("keterangan", "catatan")),
    "to_mend": Field("Yang perlu diperbaiki", ("yang perlu diperbaiki",)),  # our own column, in a list sent again
    "first_row": Field("Baris di daftar asal", ("baris di daftar asal",)),
}  # fmt: skip
# A row without one of these cannot come in, so a list without the column cannot either.
REQUIRED = ("name", "nik", "kk_number", "birth_date", "business", "amount_requested")
OURS = frozenset({"to_mend", "first_row"})
PEOPLE = frozenset(FIELDS) - OURS - {"number", "note"}  # the columns that show that this is a list of people

ONE_SPELLING = {
    word: meaning
    for meaning, words in {
        "no": "nomor nomer nmr num number nomr",
        "tgl": "tanggal tgal tg",
        "tempat": "tmp tmpt tpt tempt",
        "lahir": "lhr",
        "jenis": "jns jenus",
        "kelamin": "kel klm klmn",
        "nama": "nm",
        "alamat": "almt",
        "usaha": "ush berusaha usahanya",
        "hp": "handphone ponsel telp tlp telpon telepon telephone tel wa whatsapp hape seluler",
        "rekening": "rek rekng",
        "omzet": "omset omzt omzete",
        "tahun": "th thn tahunan",
        "bulan": "bln bulanan perbulan",
        "keterangan": "ket",
        "nik": "noktp nonik",
        "kk": "nokk",
        "istri": "isteri",
        "laki": "lk laki2",
        "perempuan": "pr prp wanita",
        "dibutuhkan": "diperlukan",
        "kebutuhan": "keperluan",
        "diminta": "dimohon dimohonkan",
        "diajukan": "diusulkan",
        "jumlah": "jml jmlh",
        "fc": "fotokopi fotocopy copy salinan",
        "nominal": "besaran besarnya",
        "pendapatan": "income",
    }.items()
    for word in words.split()
}
NO_MEANING = """
    calon penerima kpm bantuan uep lengkap sesuai ktp kk yang di dan atau per data saat ini kini rp rupiah idr sekarang
    aktif jika ada bila wajib diisi digit angka isi pemohon peserta warga usulan pengusul dd mm yyyy dimiliki dijalankan
    bersangkutan ybs produktif ya tidak dalam ekonomi juta jt ribu rb diusulkan dgn dengan pada e elektronik manfaat pm
    cpm utama
"""
EMPTY_WORDS = frozenset(NO_MEANING.split())
KNOWN_WORDS = sorted(
    {word for field in FIELDS.values() for phrase in (*field.phrases, *field.weak) for word in phrase.split()}
    | {word for field in FIELDS.values() for word in field.unless.split()}
    | EMPTY_WORDS
    | set(ONE_SPELLING)
    | {"provinsi", "umur", "usia", "agama", "pendidikan", "status", "desa", "rata", "keluarga", "tangga"}
)
INVISIBLE = {"Cf", "Cc"}


class Column(NamedTuple):
    """A column of the list: its place (0 is A) and the header as it was found."""

    index: int
    text: str

    @property
    def letter(self) -> str:
        return xl_col_to_name(self.index)


class Header(NamedTuple):
    """Where the list begins: `top` and `bottom` are rows counted from 0; texts are those of all columns."""

    top: int
    bottom: int
    columns: dict[str, Column]
    texts: list[str]

    @property
    def worth(self) -> int:
        return len(PEOPLE & set(self.columns))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a header in one spelling: "N I K" is one word, "Tgl. Lahir" and "TANGGAL LAHR" are the same two."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(c for c in plain if unicodedata.category(c) not in INVISIBLE or c.isspace())
    plain = re.sub(r"\b([a-z])(?=[ ./\\-]+[a-z]\b)[ ./\\-]+", r"\1", plain)  # n i k, l/p, k.k.: single letters join
    return tuple(spelling(word) for word in re.findall(r"p3ke|laki2|[a-z]+", plain))


@lru_cache(maxsize=4096)
def spelling(word: str) -> str:
    if word not in KNOWN_WORDS and len(word) >= 3:
        word = next(iter(get_close_matches(word, KNOWN_WORDS, n=1, cutoff=0.84)), word)
    return ONE_SPELLING.get(word, word)


def phrase_sets(phrases):
    return [frozenset(phrase.split()) for phrase in phrases]


MEANINGS = [
    (name, phrase_sets(field.phrases), phrase_sets(field.weak), frozenset(field.unless.split()))
    for name, field in FIELDS.items()
]


@lru_cache(maxsize=4096)
def meanings(text: str) -> dict[str, float]:
    """How well this header fits each field, 0 to 100; only fields that it fits."""
    if not text or len(text) > 120:
        return {}
    whole = frozenset(words_of(text))
    telling = (whole - EMPTY_WORDS) or whole
    found = {}
    for name, phrases, weak, unless in MEANINGS:
        if whole in weak or (telling in weak and not whole & unless):
            found[name] = 85.0
        if whole & unless:
            continue
        if whole in phrases:
            found[name] = 100.0
        elif telling in phrases:
            found[name] = 90.0
        else:
            shares = [
                50 * len(p) / len(telling | p) + 5 * len(p)
                for p in phrases
                if p <= whole and 2 * len(p) >= len(telling)
            ]
            if shares:
                found[name] = max([found.get(name, 0.0), *shares])
    return found


def header_text(value) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def columns_of(tops: list[str], bottoms: list[str] | None = None) -> tuple[dict[str, Column], list[str]]:
    """Each field's best column, and every column's text. With two rows, a group's name stands above its columns."""
    claims, texts = [], []
    above = ""
    for index, top in enumerate(tops):
        below = bottoms[index] if bottoms else ""
        # A merged cell has its text in its first column only.
        above = top if top or not below else above
        texts.append(" ".join(filter(None, (above, below))) if below else top)
        best = dict(meanings(texts[-1]))
        for text, trust in ((below, 0.95), (above, 0.9)) if below else ():
            for field, score in meanings(text).items():
                best[field] = max(best.get(field, 0), score * trust)
        claims += [(-score, index, field) for field, score in best.items()]
    columns, taken = {}, set()
    for _, index, field in sorted(claims):
        if field not in columns and index not in taken:
            columns[field] = Column(index, texts[index])
            taken.add(index)
    for half, other in (("sex_male", "sex_female"), ("sex_female", "sex_male")):
        if half in columns and (other not in columns or "sex" in columns):
            del columns[half]
    return columns, texts


def is_list(columns: dict[str, Column]) -> bool:
    return bool({"name", "nik"} & set(columns)) and len(PEOPLE & set(columns)) >= 3


def find_header(grid: Grid) -> Header | None:
    """The row, or the two rows, that name the columns; None when this sheet holds no list of people."""
    best = None
    for top, row in enumerate(grid.rows[:SEARCHED_ROWS]):
        tops = [header_text(value) for value in row]
        if sum(map(bool, tops)) < 2:
            continue
        for bottoms in (None, second_row(grid, top)):
            if bottoms is None and best and best.bottom >= top:
                continue  # the lower half of a header of two rows
            width = max(len(tops), len(bottoms or ()))
            padded = [line and line + [""] * (width - len(line)) for line in (tops, bottoms)]
            columns, texts = columns_of(*padded)
            header = Header(top, top + bool(bottoms), columns, texts)
            if is_list(columns) and (best is None or header.worth > best.worth):
                best = header
        if best and best.worth >= SURE and top >= best.top + 1:
            return best
    return best


def second_row(grid: Grid, top: int) -> list[str] | None:
    """The row below, when it may be the second one of a header: words only, no person's data."""
    if top + 1 >= len(grid.rows):
        return None
    row = grid.rows[top + 1]
    if any(not isinstance(value, str) for value in row) or any(re.search(r"\d{5}", value) for value in row):
        return None
    texts = [header_text(value) for value in row]
    return texts if any(texts) else None
