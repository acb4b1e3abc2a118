import pytest

from uep.office.nip import nip_faults, plain_nip, printed_nip


@pytest.mark.parametrize(
    "nip", ["19781211 200604 1 006", "197812112006041006", "19781211.200604.1-006", "198505052023212017"]
)
def test_a_nip_that_may_be_one_has_no_faults(nip):
    assert nip_faults(nip) == []


@pytest.mark.parametrize(
    "nip, faults",
    [
        ("", ["NIP hanya berisi angka."]),
        ("19781211 200604 I 006", ["NIP hanya berisi angka."]),
        ("١٩٧٨١٢١١٢٠٠٦٠٤١٠٠٦", ["NIP hanya berisi angka."]),
        ("1978121120060410", ["NIP terdiri atas 18 angka; yang diketik 16 angka."]),
        ("197813112006041006", ["Delapan angka pertama NIP adalah tanggal lahir; 19781311 bukan tanggal."]),
        ("197812112006131006", ["Angka ke-13 dan ke-14 adalah bulan pengangkatan; 13 bukan bulan."]),
        ("197812112006043006", ["Angka ke-15 adalah jenis kelamin, 1 atau 2; bukan 3."]),
        ("197812112006041000", ["Tiga angka terakhir adalah nomor urut, mulai dari 001."]),
        ("197812111990041006", ["Tahun pengangkatan 1990 tidak sesuai dengan tahun lahir 1978."]),
        (
            "197802301976001000",
            [
                "Delapan angka pertama NIP adalah tanggal lahir; 19780230 bukan tanggal.",
                "Angka ke-13 dan ke-14 adalah bulan pengangkatan; 00 bukan bulan.",
                "Tiga angka terakhir adalah nomor urut, mulai dari 001.",
            ],
        ),
    ],
)
def test_a_wrong_nip_names_every_fault(nip, faults):
    assert nip_faults(nip) == faults


def test_a_nip_is_printed_as_on_paper():
    assert printed_nip(plain_nip("1978 1211 2006 0410 06")) == "19781211 200604 1 006"
    assert printed_nip("") == ""
