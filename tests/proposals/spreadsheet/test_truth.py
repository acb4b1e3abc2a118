"""The three lists that came with the product, against what their maker says is wrong in them."""

import csv
from datetime import date
from pathlib import Path

import pytest

from proposals.spreadsheet import ProgrammeLimits, Skipped, read

DATA = Path(__file__).parents[2] / "data"
REGIONS = Path(__file__).parents[3] / "uep/registry/data/regions/districts.csv"
LIMITS = ProgrammeLimits(max_amount=5_000_000)
KNOWN = {
    "older than 59": ("error", "too_old"),
    "NIK stored as a number: last digit lost": ("error", "nik_lost_digits"),
    "NIK one digit short": ("error", "nik_length"),
    "no business named": ("error", "business_missing"),
    "second row for the same person": ("error", "nik_twice"),
    "second person of the same KK": ("error", "kk_twice"),
    # A NIK outlives corrections of a birth date (domain, 3.1): to be checked, never refused.
    "NIK day disagrees with birth date": ("warning", "nik_birth_date"),
    "sex disagrees with NIK": ("warning", "nik_sex"),
}
# The list itself cannot show these: the numbers are well-formed, only a register knows better.
OUTSIDE = {"desil above 4", "person not in the registry", "KK of another household"}
# Where the same number comes again further down, the first row carries a warning; the maker labels only the second.
FIRST_OF_TWO = {
    "6209012001": {5: "nik_again", 20: "kk_again"},
    "6209031005": {7: "nik_again", 19: "kk_again"},
    "6209082009": {5: "nik_again", 16: "kk_again"},
}
ABOVE = 4  # the lists begin in row 5


def truth():
    with (DATA / "truth.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def sheet_of(village):
    with REGIONS.open(newline="") as file:
        districts = {line["code"].replace(".", "") for line in csv.DictReader(file)}
    book = (DATA / f"usulan_{village}.xlsx").read_bytes()
    return read(book, year=2026, known_districts=districts, programme_limits=LIMITS)


def test_every_label_of_the_truth_is_known_here_or_outside():
    labels = {label for line in truth() for label in line["wrong"].split("; ") if label}
    assert labels == set(KNOWN) | OUTSIDE


@pytest.mark.parametrize("village", FIRST_OF_TWO)
def test_list_has_exactly_the_faults_that_were_planted(village):
    expected = {}
    for line in truth():
        if line["kode_desa"].replace(".", "") == village:
            labels = set(filter(None, line["wrong"].split("; "))) - OUTSIDE
            expected[int(line["row"]) + ABOVE] = {KNOWN[label] for label in labels}
    for row, code in FIRST_OF_TWO[village].items():
        expected[row].add(("warning", code))

    found = {row.number: {(fault.level, fault.code) for fault in row.faults} for row in sheet_of(village).rows}

    assert found == expected


@pytest.mark.parametrize("village, good, faulty", [("6209012001", 20, 8), ("6209031005", 21, 7), ("6209082009", 21, 7)])
def test_list_is_split_into_rows_that_come_in_and_rows_that_do_not(village, good, faulty):
    sheet = sheet_of(village)
    assert (len(sheet.good), len(sheet.faulty)) == (good, faulty)


def test_list_is_found_under_its_titles_and_ends_at_its_total():
    sheet = sheet_of("6209031005")
    assert {
        "title": sheet.title,
        "header": sheet.header_row,
        "columns": {name: (column.letter, column.text) for name, column in sheet.columns.items()},
        "rest": (sheet.unmatched, sheet.missing, sheet.other_lists),
        "rows": [row.number for row in sheet.rows],
        "skipped": sheet.skipped,
    } == {
        "title": ["DAFTAR USULAN CALON PENERIMA BANTUAN UEP TAHUN 2026", "DESA/KELURAHAN NANGA BULIK"],
        "header": 4,
        "columns": {
            "number": ("A", "No"),
            "name": ("B", "Nama Lengkap"),
            "nik": ("C", "NIK"),
            "kk_number": ("D", "No. KK"),
            "birth_place": ("E", "Tempat Lahir"),
            "birth_date": ("F", "Tgl. Lahir"),
            "sex": ("G", "L/P"),
            "address": ("H", "Alamat"),
            "business": ("I", "Jenis Usaha"),
            "business_years": ("J", "Lama Usaha (th)"),
            "monthly_turnover": ("K", "Omzet / bulan (Rp)"),
            "amount_requested": ("L", "Kebutuhan Modal (Rp)"),
            "phone": ("M", "No. HP/WA"),
            "account_number": ("N", "No. Rekening"),
        },
        "rest": ([], [], []),
        "rows": list(range(5, 33)),
        "skipped": [Skipped(33, "JUMLAH 84000000", "jumlah")],
    }


def test_sentences_name_the_cell_and_the_cure():
    told = {fault.code: fault.sentence for row in sheet_of("6209031005").rows for fault in row.faults}
    assert told == {
        "nik_birth_date": "Tanggal lahir pada NIK di C6 (16-10-81) berbeda dari isian kolom F (19-10-1981). Cocokkan keduanya "
        "dengan KTP; bila KTP memang begitu, lanjutkan.",
        "nik_again": "NIK di C7 dipakai lagi di baris 31 (EKO SAPUTRA). Satu orang cukup satu baris: hapus salah satunya, atau "
        "perbaiki NIK yang salah.",
        "nik_lost_digits": "NIK di C12 tersimpan sebagai angka, sehingga angka terakhirnya hilang (Excel hanya menyimpan 15 "
        "angka). Ubah kolom menjadi Teks lalu ketik ulang 16 angka dari KTP.",
        "business_missing": "Jenis usaha di I15 belum diisi. Tulis usaha yang dijalankan calon, misalnya Warung sembako.",
        "kk_again": "Nomor KK di D19 dipakai lagi di baris 32 (Sari Ranying). Bantuan ini satu untuk tiap keluarga: pilih satu "
        "calon dan hapus baris yang lain, atau perbaiki Nomor KK yang salah.",
        "too_old": "Umur pada 30 Juni 2026 menurut F26 (16 Agustus 1952) 73 tahun; program ini untuk umur 18 sampai 59 tahun. "
        "Cocokkan tanggal lahir dengan KTP; bila benar, keluarkan dari daftar atau usulkan anggota keluarga lain.",
        "nik_length": "NIK di C27 harus 16 angka; ini 15 angka (kurang 1). Cocokkan dengan KTP.",
        "nik_sex": "Menurut NIK di C29 pemiliknya laki-laki, sedangkan isian kolom G perempuan. Cocokkan jenis kelamin dan NIK "
        "dengan KTP.",
        "nik_twice": "NIK di C31 sama dengan baris 7 (Eko Saputra). Satu orang cukup satu baris: hapus salah satunya, atau "
        "perbaiki NIK yang salah.",
        "kk_twice": "Nomor KK di D32 sama dengan baris 19 (Nandung Ranying). Bantuan ini satu untuk tiap keluarga: pilih satu "
        "calon dan hapus baris yang lain, atau perbaiki Nomor KK yang salah.",
    }


def test_values_are_clean():
    row = sheet_of("6209031005").rows[3 - 1]
    assert row.values == {
        "name": "Eko Saputra",
        "nik": "6209030112730046",
        "kk_number": "6209032801180002",
        "birth_place": "Sampit",
        "birth_date": date(1973, 12, 1),
        "sex": "L",
        "address": "Dusun Hulu No. 30",
        "rt": "012",
        "rw": "001",
        "hamlet": "",
        "occupation": "",
        "business": "Gorengan",
        "business_address": "",
        "business_years": 12,
        "monthly_turnover": 4_400_000,
        "amount_requested": 3_000_000,
        "phone": "+628591846016",
        "phone_is_borrowed": False,
        "account_number": "6615931268",
        "account_name": "",
        "social_data": "",
        "social_id": "",
        "desil": None,
        "note": "",
    }
