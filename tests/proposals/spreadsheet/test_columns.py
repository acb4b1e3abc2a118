"""Headers as villages write them."""

import pytest

from proposals.spreadsheet.columns import columns_of, find_header
from proposals.spreadsheet.opening import Grid

ALONE = {
    "number": ["No", "No.", "NO URUT", "Nomor Urut"],
    "name": ["Nama", "Nama Lengkap", "NAMA CALON", "Nama Calon Penerima Bantuan", "nama  kpm", "Nama (sesuai KTP)", "Nma Lengkap",
             "NAMA PENERIMA MANFAAT", "Nama Kepala Keluarga"],
    "nik": ["NIK", "N I K", "N.I.K.", "No KTP", "No. KTP", "NO.NIK", "Nomor Induk Kependudukan", "Nomer KTP", "NIK (16 digit)",
            "No. KTP/NIK", "KTP"],
    "kk_number": ["No. KK", "No KK", "NO. K.K.", "Nomor Kartu Keluarga", "Nomor KK", "KK", "No.Kartu Keluarga", "NKK", "Kartu Keluaraga"],
    "birth": ["TTL", "Tempat/Tanggal Lahir", "Tempat, Tgl Lahir", "Tempat dan Tanggal Lahir", "Tmpt/Tgl. Lhr", "Tempat Tgl. Lahir"],
    "birth_place": ["Tempat Lahir", "TEMPAT LAHIR", "Kota Lahir", "Tmp. Lahir"],
    "birth_date": ["Tgl. Lahir", "Tanggal Lahir", "TGL LAHIR (dd/mm/yyyy)", "Tangal Lahir", "Tanggal Kelahiran"],
    "sex": ["L/P", "Jenis Kelamin", "JK", "J.K.", "Jns Kelamin", "Kelamin", "Jenis Kelmin", "L / P",
            "Laki-laki/Perempuan", "Jenis Kelamin (L/P)"],
    "address": ["Alamat", "ALAMAT LENGKAP", "Alamat Rumah", "Alamat (RT/RW)", "Almat", "Alamat Tempat Tinggal", "Alamat sesuai KTP"],
    "rt_rw": ["RT/RW", "RT / RW", "RT.RW"],
    "rt": ["RT", "R.T."],
    "rw": ["RW"],
    "hamlet": ["Dusun", "Dusun/Lingkungan"],
    "business": ["Jenis Usaha", "Usaha", "Nama Usaha", "Bidang Usaha", "JENIS USAHA YANG DIJALANKAN", "Jns. Usaha", "Jenis Usha",
                 "Jenis Usaha Ekonomi Produktif"],
    "business_years": ["Lama Usaha (th)", "Lama Usaha", "Lama Berusaha (Tahun)", "Usaha Sejak", "Lama Usaha (bulan)"],
    "monthly_turnover": ["Omzet / bulan (Rp)", "Omset", "Omzet per bulan", "Pendapatan/bulan", "Omzet Usaha", "Penghasilan per Bulan (Rp)"],
    "amount_requested": ["Kebutuhan Modal (Rp)", "Jumlah Bantuan", "Nominal", "Modal yang dibutuhkan", "Usulan Bantuan (Rp)",
                         "Jumlah Usulan",                        "Bantuan yang diminta", "Besaran Bantuan", "Kebutuan Modal",
                         "Jumlah (Rp)"],
    "phone": ["No. HP/WA", "No HP", "Nomor Telepon", "No. Telp", "WA", "No. WhatsApp", "HP", "Kontak", "No. Handphone", "Telepon/HP"],
    "account_number": ["No. Rekening", "Nomor Rekening Bank", "No.Rek", "Rekening", "No Rek."],
    "account_name": ["Nama Pemilik Rekening", "Rekening a.n.", "Nama di Rekening", "Atas Nama"],
    "business_address": ["Alamat Usaha", "Lokasi Usaha", "Tempat Usaha"],
    "occupation": ["Pekerjaan", "Pekerjaan Utama"],
    "social_data": ["DTKS", "DTKS (Ya/Tidak)", "Status DTSEN", "DTKS/DTSEN"],
    "social_id": ["ID DTKS", "ID DTSEN", "No. DTKS"],
    "desil": ["Desil", "DESIL DTSEN"],
    "note": ["Ket.", "Keterangan", "KET"],
}  # fmt: skip
SOMETHING_ELSE = [
    "", "Umur", "Usia", "Kecamatan", "Desa", "Desa/Kelurahan", "Nama Ibu Kandung", "Nama Desa", "Nama Suami", "Agama", "Pendidikan",
    "Status Perkawinan", "Jumlah Tanggungan", "Jumlah Anggota Keluarga", "Foto KTP", "FC KK", "Nama Bank", "Omzet / hari",
    "Luas Tempat Usaha",
    "Modal Awal", "DAFTAR USULAN CALON PENERIMA BANTUAN UEP TAHUN 2026", "DESA/KELURAHAN NANGA BULIK", "Karno Bangkan", "Penjahit",
    "NIK Suami", "Izin Usaha", "Yang menyatakan benar dan bertanggung jawab",
]  # fmt: skip


@pytest.mark.parametrize("field, text", [(field, text) for field, texts in ALONE.items() for text in texts])
def test_header_is_matched_by_meaning(field, text):
    columns, _ = columns_of([text])
    assert list(columns) == [field]


@pytest.mark.parametrize("text", SOMETHING_ELSE)
def test_header_of_something_else_is_left_alone(text):
    columns, _ = columns_of([text])
    assert columns == {}


def found(*rows):
    header = find_header(Grid("Lembar1", [list(row) for row in rows]))
    return header and (
        header.top + 1,
        header.bottom + 1,
        {name: column.letter for name, column in sorted(header.columns.items())},
    )


def test_order_of_columns_is_free_and_a_better_match_wins():
    assert found(
        ["Alamat Usaha", "Nama Ibu Kandung", "No. KK", "Nama Usaha", "Alamat", "No. KTP", "Nama", "Alamat KTP"]
    ) == (
        1,
        1,
        {"address": "E", "business": "D", "business_address": "A", "kk_number": "C", "name": "G", "nik": "F"},
    )


def test_header_in_two_rows_with_merged_groups():
    assert found(
        ["DAFTAR CALON PENERIMA", "", "", "", "", "", "", "", ""],
        ["No", "Identitas", "", "", "Kelahiran", "", "Usaha", "", "Ket"],
        ["", "Nama", "NIK", "No KK", "Tempat", "Tanggal", "Jenis", "Lama (th)", ""],
        [1.0, "Sari", "6209035111800011", "6209032002240025", "Sukamara", "11-11-1980", "Kue", 3.0, ""],
    ) == (
        2,
        3,
        {
            "birth_date": "F", "birth_place": "E", "business": "G", "business_years": "H", "kk_number": "D", "name": "B",
            "nik": "C", "note": "I", "number": "A",
        },
    )  # fmt: skip


def test_header_with_a_column_for_each_sex_and_an_address_in_parts():
    assert found(
        ["No", "Nama", "NIK", "KK", "Jenis Kelamin", "", "Alamat", "", "", "Usaha"],
        ["", "", "", "", "L", "P", "Jalan", "RT", "RW", ""],
    ) == (
        1,
        2,
        {
            "address": "G", "business": "J", "kk_number": "D", "name": "B", "nik": "C", "number": "A", "rt": "H", "rw": "I",
            "sex_female": "F", "sex_male": "E",
        },
    )  # fmt: skip


def test_header_of_one_row_does_not_swallow_the_first_candidate():
    assert found(["No", "Nama", "NIK", "No. KK", "Usaha"], ["", "Sari", "", "", "Kue basah"]) == (
        1,
        1,
        {"business": "E", "kk_number": "D", "name": "B", "nik": "C", "number": "A"},
    )


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [[]],
        [["", ""]],
        [["Nama", "Alamat"]],
        [["halo", "dunia"], [1.0, 2.0]],
        [["No", "Uraian", "Volume", "Harga", "Jumlah"]],
    ],
)
def test_sheet_without_people_has_no_header(rows):
    assert found(*rows) is None
