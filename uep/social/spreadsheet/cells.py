"""What stands in a cell, as text, a date, a yes or a no."""

import re
from datetime import date, timedelta

ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#RUMUS!"})
BEGINNINGS = frozenset("=+@#")
FORMULA = re.compile(r"[=+@]\s*[A-Za-z(@\"']|=")  # "=SUM(A1)", "=cmd|..."; a phone number may begin with +62
AS_TEXT = re.compile(r'="([^"]*)"')  # how some programs keep Excel from rounding a NIK in a CSV
YES = frozenset({"y", "ya", "yes", "1", "true", "ada", "padan", "penerima", "v", "x"})
NO = frozenset({"t", "tidak", "tdk", "no", "n", "0", "false", "belum", "bukan", "-", "tidak padan", "tidak ada"})
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
DAY_ZERO = date(1899, 12, 30)
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
NUMBERS = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4})")
NAMED = re.compile(r"(\d{1,2})\s*[-/. ]?\s*([a-z]+)\.?\s*[-/. ]?\s*(\d{4})")
DIGITS = re.compile(r"\d{8}")


def text(value) -> str:
    """One line of text; whole numbers without a point. The wrapping of ="6209..." is taken off."""
    if isinstance(value, str):
        if not value.isascii():
            value = value.replace("\xa0", " ").replace("\ufeff", "")
        plain = " ".join(value.split())
        if plain[:1] in {"=", "'"}:
            match = AS_TEXT.fullmatch(plain)
            plain = match[1].strip() if match else plain.removeprefix("'")
        return plain
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, float):
        return f"{value:.0f}" if value == int(value) else f"{value:g}"
    return str(value)


def is_broken(value) -> bool:
    """An error of the spreadsheet, or a formula where a fact should stand."""
    if not isinstance(value, str) or value.lstrip()[:1] not in BEGINNINGS:
        return False
    plain = value.strip()
    return plain.upper() in ERRORS or bool(FORMULA.match(plain) and not AS_TEXT.fullmatch(plain))


def day(value) -> date | None:
    """A date as people and programs write it, the day before the month; None when it is empty; ValueError when unclear."""
    if isinstance(value, float) and not isinstance(value, bool):
        if 2_100 < value < 80_000:
            return DAY_ZERO + timedelta(days=int(value))
        value = text(value)
    plain = re.sub(r"[T ]00:00(:00(\.0+)?)?$", "", text(value)).lower()
    if not plain or plain in {"-", "0", "0000-00-00"}:
        return None
    if match := ISO.fullmatch(plain):
        return _possible(int(match[1]), int(match[2]), int(match[3]))
    if match := NUMBERS.fullmatch(plain):
        return _possible(int(match[3]), int(match[2]), int(match[1]))
    if (match := NAMED.fullmatch(plain)) and match[2] in MONTHS:
        return _possible(int(match[3]), MONTHS[match[2]], int(match[1]))
    if DIGITS.fullmatch(plain):
        return _of_digits(plain)
    raise ValueError(plain)


def _of_digits(digits: str) -> date:
    """04031985 or 19850304, when only one of the two is a date."""
    readings = set()
    for year, month, of_month in ((digits[4:], digits[2:4], digits[:2]), (digits[:4], digits[4:6], digits[6:])):
        try:
            readings.add(_possible(int(year), int(month), int(of_month)))
        except ValueError:
            continue
    if len(readings) != 1:
        raise ValueError(digits)
    return readings.pop()


def _possible(year: int, month: int, of_month: int) -> date:
    if not 1900 <= year <= 2100:
        raise ValueError(year)
    return date(year, month, of_month)


def sex(value) -> str:
    """L or P, "" for what says neither."""
    plain = text(value).lower()
    if plain in {"l", "lk", "laki", "laki-laki", "laki laki", "pria", "m", "male", "1"}:
        return "L"
    return "P" if plain in {"p", "pr", "perempuan", "wanita", "f", "female", "2"} else ""


def yes(value) -> bool | None:
    """True, False, or None for what says neither."""
    plain = text(value).lower()
    return True if plain in YES else False if plain in NO else None


def is_alive(value) -> bool:
    """A person is alive unless the cell says otherwise."""
    return not re.search(r"meninggal|mati|wafat|\balm|tidak hidup|dead", text(value).lower())


def unit(value) -> str:
    """RT or RW with three figures."""
    digits = re.sub(r"\D", "", text(value))
    return digits[-3:].zfill(3) if digits else ""
