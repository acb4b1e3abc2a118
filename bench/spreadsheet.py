"""How long a village's list takes to read and to give back, beside its floor: `python bench/spreadsheet.py`.

The floor of reading is calamine alone, in this process, over the same bytes; that of giving back is xlsxwriter writing
the same cells without a format. "open" is calamine in its process of its own: what safety from hostile files costs.
Times are the median of five.
"""

import io
import random
import statistics
import sys
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import python_calamine
import xlsxwriter
from django.conf import settings

settings.configure(USE_TZ=True, TIME_ZONE="Asia/Pontianak", LANGUAGE_CODE="id")

from proposals.spreadsheet import ProgrammeLimits, faulty_rows_xlsx, read  # noqa: E402  reads the settings
from proposals.spreadsheet.opening import open_book  # noqa: E402
from proposals.spreadsheet.reading import read_grids  # noqa: E402

REPEATS = 5
HEADER = ["No", "Nama Lengkap", "NIK", "No. KK", "Tempat Lahir", "Tgl. Lahir", "L/P", "Alamat", "Jenis Usaha", "Lama Usaha (th)",
          "Omzet / bulan (Rp)", "Kebutuhan Modal (Rp)", "No. HP/WA", "No. Rekening"]  # fmt: skip
LIMITS = ProgrammeLimits(max_amount=5_000_000)


def village_list(rows: int, *, faulty: bool) -> list[list]:
    chance, lines = random.Random(rows), []
    for number in range(rows):
        born = date(1970, 1, 1) + timedelta(days=chance.randrange(11_000))
        nik = f"620903{born:%d%m%y}{number % 9_999 + 1:04}"
        lines.append([
            number + 1, f"Karno {number}".replace("1", "a"), nik[:-1] if faulty else nik, f"6209030101{number:06}",
            "Nanga Bulik", f"{born:%d-%m-%Y}", "L", "Gg. Bersama No. 57 RT 007/RW 004", "" if faulty else "Warung sembako", 10,
            "Rp 4.500.000", 5_000_000, f"08{chance.randrange(10**9, 10**10)}", f"{chance.randrange(10**10):010}",
        ])  # fmt: skip
    return lines


def workbook(lines: list[list]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        for y, line in enumerate([["DAFTAR USULAN"], HEADER, *lines]):
            page.write_row(y, 0, line)
    return target.getvalue()


def seconds(do) -> float:
    times = []
    for _ in range(REPEATS):
        start = perf_counter()
        do()
        times.append(perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    print(f"{'rows':>6} {'what':<12} {'ms':>8} {'ratio':>7}  floor")
    for rows in (28, 500, 2_000):
        good, bad = village_list(rows, faulty=False), village_list(rows, faulty=True)
        book = workbook(good)
        grids, faulty = open_book(book), read(workbook(bad), year=2026, programme_limits=LIMITS)
        calamine = seconds(lambda: python_calamine.load_workbook(io.BytesIO(book)).get_sheet_by_index(0).to_python())  # noqa: B023
        plain = seconds(lambda: workbook(bad))  # noqa: B023
        for what, floor, named, do in (
            ("open", calamine, "calamine alone", lambda: open_book(book)),  # noqa: B023
            ("judge", calamine, "calamine alone", lambda: read_grids(grids, year=2026, programme_limits=LIMITS)),  # noqa: B023
            ("read, all", calamine, "calamine alone", lambda: read(book, year=2026, programme_limits=LIMITS)),  # noqa: B023
            ("give back", plain, "xlsxwriter alone", lambda: faulty_rows_xlsx(faulty)),  # noqa: B023
        ):
            took = seconds(do)
            print(f"{rows:>6} {what:<12} {took * 1000:>8.1f} {took / floor:>6.1f}x  {named} ({floor * 1000:.1f} ms)")
        assert len(faulty.faulty) == rows  # noqa: S101 - the numbers above are of the rows they claim


if __name__ == "__main__":
    main()
