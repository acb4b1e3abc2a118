"""The NIP of a civil servant: what its 18 digits say, and how a paper prints it. Pure.

YYYYMMDD born | YYYYMM appointed | 1 man, 2 woman | serial. The number of a PPPK has the same length, with 21 and up
(which contract) in the place of the month.
"""

import re
from datetime import date

YOUNGEST = 15  # years between birth and appointment; fewer is a slip of the pen
RANKS = [
    "Juru Muda (I/a)",
    "Juru Muda Tingkat I (I/b)",
    "Juru (I/c)",
    "Juru Tingkat I (I/d)",
    "Pengatur Muda (II/a)",
    "Pengatur Muda Tingkat I (II/b)",
    "Pengatur (II/c)",
    "Pengatur Tingkat I (II/d)",
    "Penata Muda (III/a)",
    "Penata Muda Tingkat I (III/b)",
    "Penata (III/c)",
    "Penata Tingkat I (III/d)",
    "Pembina (IV/a)",
    "Pembina Tingkat I (IV/b)",
    "Pembina Utama Muda (IV/c)",
    "Pembina Utama Madya (IV/d)",
    "Pembina Utama (IV/e)",
]


def plain_nip(text: str) -> str:
    """The digits without spaces, dots and dashes, as people type them."""
    return re.sub(r"[\s.\-]", "", text)


def nip_faults(text: str) -> list[str]:
    """Every reason why this is no NIP, as sentences; none when it may be one."""
    nip = plain_nip(text)
    if not re.fullmatch(r"[0-9]+", nip):
        return ["NIP hanya berisi angka."]
    if len(nip) != 18:
        return [f"NIP terdiri atas 18 angka; yang diketik {len(nip)} angka."]
    faults = []
    try:
        born = date(int(nip[:4]), int(nip[4:6]), int(nip[6:8]))
    except ValueError:
        faults.append(f"Delapan angka pertama NIP adalah tanggal lahir; {nip[:8]} bukan tanggal.")
    else:
        if int(nip[8:12]) - born.year < YOUNGEST:
            faults.append(f"Tahun pengangkatan {nip[8:12]} tidak sesuai dengan tahun lahir {born.year}.")
    month = int(nip[12:14])
    if not (1 <= month <= 12 or 21 <= month <= 99):
        faults.append(f"Angka ke-13 dan ke-14 adalah bulan pengangkatan; {nip[12:14]} bukan bulan.")
    if nip[14] not in "12":
        faults.append(f"Angka ke-15 adalah jenis kelamin, 1 atau 2; bukan {nip[14]}.")
    if nip[15:] == "000":
        faults.append("Tiga angka terakhir adalah nomor urut, mulai dari 001.")
    return faults


def printed_nip(nip: str) -> str:
    """As on paper: "19781211 200604 1 006"; what is no 18 digits stays as it is."""
    return f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}" if len(nip) == 18 else nip
