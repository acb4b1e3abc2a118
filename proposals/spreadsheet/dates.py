"""A birth date as villages write it: real dates, "04-03-1985", "4 Maret 1985", Excel's own numbers.

Days come before months, as everywhere in Indonesia. Where two readings are possible ("4/3/85") it asks back.
"""

import re
from datetime import date, timedelta

from proposals.spreadsheet.cells import text, words
from proposals.spreadsheet.faults import Doubt, error

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january", "februari feb pebruari peb february", "maret mar mrt march", "april apr", "mei may",
            "juni jun june", "juli jul july", "agustus agu agt ags agust aug august", "september sep sept",
            "oktober okt october oct", "november nov nopember nop", "desember des december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
EXCEL_DAY_ZERO = date(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1900, 2100
ISO = re.compile(r"(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})")
NUMBERS = re.compile(r"(\d{1,2})\s*[-/., ]\s*(\d{1,2})\s*[-/., ]\s*(\d{4}|\d{2})")
NAMED = re.compile(r"(?:[a-z']+\s*,\s*)?(\d{1,2})\s*[-/., ]?\s*([a-z]+)\.?\s*[-/., ]?\s*(\d{4}|\d{2})", re.IGNORECASE)


def birth_date(value) -> tuple[date | None, list[Doubt]]:
    """A date of birth and what is doubtful about it; (None, []) for an empty cell."""
    if isinstance(value, date):
        return possible(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return date_of_number(value)
    plain = re.sub(r"[T ]00:00(:00(\.0+)?)?$", "", words(value))
    if not plain:
        return None, []
    if match := ISO.fullmatch(plain):
        year, month, day = map(int, match.groups())
        return dated(plain, year, month, day)
    if match := NUMBERS.fullmatch(plain):
        return date_of_numbers(plain, *match.groups())
    if (match := NAMED.fullmatch(plain)) and (month := MONTHS.get(match[2].lower())):
        return date_of_numbers(plain, match[1], str(month), match[3])
    if re.fullmatch(r"\d{7,8}", plain):
        return date_of_digits(plain)
    return None, [unreadable_date(plain)]


def date_of_numbers(plain: str, day: str, month: str, year: str) -> tuple[date | None, list[Doubt]]:
    if len(year) == 2:
        return None, [short_year(plain)]
    if int(month) > 12 and int(day) <= 12:
        return None, [
            error("birth_date_order", f"Tanggal lahir di {{cell}} ({plain}) tertulis bulan dulu, lalu tanggal. Tulis "
                  f"tanggal dulu: {int(month):02}-{int(day):02}-{year}.")
        ]  # fmt: skip
    return dated(plain, int(year), int(month), int(day))


def date_of_number(value: float) -> tuple[date | None, list[Doubt]]:
    if FIRST_YEAR <= value <= LAST_YEAR:
        shown = f"{value:.0f}"
        return None, [
            error("birth_date_year_only", f"Di {{cell}} hanya ada tahun ({shown}). Tulis tanggal lahir lengkap dari KTP, "
                  f"misalnya 04-03-{shown}.")
        ]  # fmt: skip
    if LAST_YEAR < value < 80_000:
        return possible(EXCEL_DAY_ZERO + timedelta(days=int(value)))
    if 1_000_000 <= value < 100_000_000 and value == int(value):
        return date_of_digits(f"{value:.0f}")
    return None, [unreadable_date(value)]


def date_of_digits(digits: str) -> tuple[date | None, list[Doubt]]:
    """04031985 or 19850304, when only one of the two is a date."""
    padded = digits.zfill(8)
    readings = set()
    for year, month, day in ((padded[4:], padded[2:4], padded[:2]), (padded[:4], padded[4:6], padded[6:])):
        try:
            readings.add(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    readings = {reading for reading in readings if FIRST_YEAR <= reading.year <= LAST_YEAR}
    return possible(readings.pop()) if len(readings) == 1 else (None, [unreadable_date(digits)])


def dated(plain: str, year: int, month: int, day: int) -> tuple[date | None, list[Doubt]]:
    try:
        return possible(date(year, month, day))
    except ValueError:
        return None, [
            error("birth_date_impossible", f"Tanggal lahir di {{cell}} ({plain}) tidak ada dalam kalender. Tulis dari KTP, "
                  "misalnya 04-03-1985.")
        ]  # fmt: skip


def possible(born: date) -> tuple[date | None, list[Doubt]]:
    if FIRST_YEAR <= born.year <= LAST_YEAR:
        return born, []
    return None, [
        error("birth_date_impossible", f"Tanggal lahir di {{cell}} ({born:%d-%m}-{born.year}) tidak mungkin. Tulis dari "
              "KTP, misalnya 04-03-1985.")
    ]  # fmt: skip


def short_year(plain: str) -> Doubt:
    return error("birth_date_short_year", f"Tahun pada tanggal lahir di {{cell}} ({plain}) hanya dua angka, sehingga tidak "
                 "pasti. Tulis lengkap dari KTP: tanggal-bulan-tahun, misalnya 04-03-1985.")  # fmt: skip


def unreadable_date(value) -> Doubt:
    return error("birth_date_unreadable", f"Tanggal lahir di {{cell}} ({text(value)[:40]}) tidak terbaca. Tulis "
                 "tanggal-bulan-tahun dari KTP, misalnya 04-03-1985.")  # fmt: skip


def place_and_date(value) -> tuple[str, date | None, list[Doubt]]:
    """The two parts of "Nanga Bulik, 4-3-1985": the place ends where the first digit is."""
    if not isinstance(value, str):
        return "", *birth_date(value)
    plain = words(value)
    match = re.search(r"\d", plain)
    if not match:
        return plain.strip(" ,/;-"), None, []
    return plain[: match.start()].strip(" ,./;-"), *birth_date(plain[match.start() :])
