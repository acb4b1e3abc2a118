"""Numbers, money, dates and times as Indonesian offices write them (domain, 3.7). Pure: no record, no request."""

import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from num2words import num2words

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}
LARGEST = 10**15 - 1  # num2words knows no word above triliun


def terbilang(number: int) -> str:
    """The number in words, lower case: 5000000 is "lima juta". Whole numbers from 0 to 10^15 - 1, else ValueError."""
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= LARGEST:
        raise ValueError(f"not a whole number that can be written in words: {number!r}")
    words = num2words(number, lang="id")
    # The library writes "satu juta satu ribu" where Indonesian says "satu juta seribu".
    return words.replace(" satu ribu", " seribu") if number // 1000 % 1000 == 1 else words


def rupiah_terbilang(amount: int) -> str:
    """Whole Rupiah in words: "lima juta rupiah"."""
    return f"{terbilang(amount)} rupiah"


def angka(number: int | float | Decimal) -> str:
    """Thousands with dots, decimals with a comma: "5.000.000", "12,5"."""
    return f"{number:,}".translate(str.maketrans(",.", ".,"))


def rupiah(amount: int) -> str:
    """Whole Rupiah, "Rp5.000.000" without a space (PUEBI); below zero "-Rp5.000.000"."""
    return f"{'-' if amount < 0 else ''}Rp{angka(abs(int(amount)))}"


def persen(share: float | Decimal, digits: int = 0) -> str:
    """A share of 1 as per cent: 0.125 with one digit is "12,5%"."""
    return f"{angka(round(Decimal(str(share)) * 100, digits))}%"


def hari(day: date) -> str:
    """The weekday: "Senin"."""
    return DAYS[_day(day).weekday()]


def bulan(day: date) -> str:
    """The month: "November"."""
    return MONTHS[_day(day).month - 1]


def bulan_romawi(day: date | int) -> str:
    """The month in Roman numerals, as in numbers of papers: "XI". Takes a date or a month from 1 to 12."""
    month = day if isinstance(day, int) else _day(day).month
    if not 1 <= month <= 12:
        raise ValueError(f"no such month: {month}")
    return ROMANS[month - 1]


def tanggal(day: date) -> str:
    """As "23 November 2026"; a datetime is read in the office's zone."""
    day = _day(day)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def tanggal_singkat(day: date) -> str:
    """As "23 Nov 2026", for narrow columns."""
    day = _day(day)
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def hari_tanggal(day: date) -> str:
    """As "Senin, 23 November 2026"."""
    return f"{hari(day)}, {tanggal(day)}"


def tanggal_terbilang(day: date) -> str:
    """The day as minutes begin: "Jumat tanggal Tiga bulan Mei tahun Dua Ribu Dua Puluh Empat"."""
    day = _day(day)
    words = (hari(day), terbilang(day.day).title(), MONTHS[day.month - 1], terbilang(day.year).title())
    return "{} tanggal {} bulan {} tahun {}".format(*words)


def jam(moment: datetime | time) -> str:
    """As "09.12"; a datetime is read in the office's zone."""
    if isinstance(moment, datetime):
        moment = _local(moment)
    return f"{moment:%H.%M}"


def zona(moment: datetime | None = None) -> str:
    """WIB, WITA or WIT of the office's zone; another zone by its own abbreviation."""
    moment = _local(moment or timezone.now())
    return ZONES.get(moment.utcoffset() // timedelta(hours=1), moment.tzname())


def waktu(moment: datetime) -> str:
    """As "23 November 2026, 09.12 WIB", in the office's zone."""
    return f"{tanggal(moment)}, {jam(moment)} {zona(moment)}"


def lama(span: timedelta) -> str:
    """How long, in its largest unit, rounded down: "2 hari", "3 jam", "12 menit", "kurang dari semenit"."""
    minutes = int(abs(span).total_seconds() // 60)
    for size, word in ((60 * 24, "hari"), (60, "jam"), (1, "menit")):
        if minutes >= size:
            return f"{angka(minutes // size)} {word}"
    return "kurang dari semenit"


def batas(due: date, now: datetime | None = None) -> tuple[str, bool]:
    """By when, as said on a desk, and whether that has passed: ("Lewat 1 hari", True), ("Hari ini, 16.00", False).

    A date is due at its end, a datetime at its minute. Calendar days; a clock that pauses is the caller's own.
    """
    now = _local(now or timezone.now())
    days = (_day(due) - now.date()).days
    timed = isinstance(due, datetime)
    if (timed and due < now) or days < 0:
        return f"Lewat {lama(now - due) if timed else f'{angka(-days)} hari'}", True
    clock = f", {jam(due)}" if timed else ""
    if days <= 1:
        return ("Hari ini" if days == 0 else "Besok") + clock, False
    if _day(due).year == now.year:
        return f"{_day(due).day} {bulan(due)}", False
    return tanggal(due), False


def inisial(name: str) -> str:
    """The first letters of the first and the last word of a name: "RH"; titles with a dot do not count."""
    words = [word for word in name.replace(",", " ").split() if word[0].isalpha() and "." not in word]
    return "".join(word[0].upper() for word in ([words[0], words[-1]] if len(words) > 1 else words))


def nama_tersamar(name: str) -> str:
    """As everyone may read it, "Yo*** L****": never more than two letters of a word, and of a short word fewer.

    Neighbours know whom it means; nobody else learns the name. More than six hidden letters are not told apart.
    """
    words = ["".join(c for c in word if c.isalnum()) for word in unicodedata.normalize("NFC", name).split()]
    shown = []
    for word in filter(None, words):
        kept = 2 if not shown and len(word) >= 4 else min(1, len(word) - 1)
        shown.append(word[:kept] + "*" * min(6, len(word) - kept))
    return " ".join(shown) or "***"


def ukuran(size: int) -> str:
    """Bytes as people read them: "840 KB", "1,2 MB"."""
    if size < 1_000_000:
        return f"{angka(max(1, round(size / 1000)))} KB"
    return f"{angka(round(Decimal(size) / 1_000_000, 1))} MB"


def kalimat(text: str) -> str:
    """The first letter in capital, the rest untouched."""
    return text[:1].upper() + text[1:]


def _local(moment: datetime) -> datetime:
    """A naive time is taken to be the office's own."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return moment.replace(tzinfo=zone) if timezone.is_naive(moment) else moment.astimezone(zone)


def _day(value: date) -> date:
    return _local(value).date() if isinstance(value, datetime) else value
