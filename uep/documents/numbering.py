"""Numbers of official papers: gapless and repeat-free, since the counter's row stays locked until the caller commits.

A rolled-back issue gives its number back; a second caller of the same series waits for the first.
"""

import re
from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from uep.documents.models import HeldNumber, NumberCounter, NumberSeries, OfficialDocument, Signing
from uep.documents.papers import SERIES
from uep.documents.queries import subject_key
from uep.ui.indonesian import bulan_romawi, tanggal

# tag -> what it stands for, as the page of patterns explains it
TAGS = {
    "no": "nomor urut",
    "no3": "nomor urut tiga angka, mis. 007",
    "kode": "kode unit deret ini, mis. DINSOS",
    "bulan": "bulan dua angka",
    "bulan_romawi": "bulan dalam angka Romawi",
    "tahun": "tahun",
}
TAG = re.compile(r"{([^{}]*)}")


def check_pattern(pattern: str) -> None:
    """Raise ValidationError with a sentence when numbers of this pattern could not be made or would repeat."""
    tags = TAG.findall(pattern)
    if unknown := next((tag for tag in tags if tag not in TAGS), None):
        known = ", ".join(f"{{{tag}}}" for tag in TAGS)
        raise ValidationError(f"Tanda {{{unknown}}} pada pola nomor tidak dikenal. Yang dikenal: {known}.")
    if "{" in TAG.sub("", pattern) or "}" in TAG.sub("", pattern):
        raise ValidationError("Pola nomor berisi kurung kurawal yang tidak berpasangan.")
    if not {"no", "no3"} & set(tags):
        raise ValidationError("Pola nomor harus memuat {no} atau {no3}, supaya setiap naskah bernomor sendiri.")
    if "tahun" not in tags:
        raise ValidationError("Pola nomor harus memuat {tahun}, karena nomor urut mulai lagi dari 1 setiap tahun.")


def fill(pattern: str, sequence: int, on: date, *, unit: str = "") -> str:
    """The pattern with its tags filled: pattern 188.4/{no}/{tahun} with 12 in March 2026 gives 188.4/12/2026."""
    check_pattern(pattern)
    values = {
        "no": str(sequence),
        "no3": f"{sequence:03}",
        "kode": unit,
        "bulan": f"{on.month:02}",
        "bulan_romawi": bulan_romawi(on),
        "tahun": str(on.year),
    }
    return TAG.sub(lambda match: values[match[1]], pattern)


class Place(NamedTuple):
    """Where a number stands in its series: 17, or 17 and "a"."""

    sequence: int
    suffix: str


# How each tag looks in a number that somebody wrote.
_WRITTEN = {
    "no": r"(?P<no>[1-9]\d*)(?:\.(?P<suffix>[a-z]))?",
    "no3": r"(?P<no>\d{3,})(?:\.(?P<suffix>[a-z]))?",
    "bulan": r"(?P<bulan>\d{2})",
    "bulan_romawi": r"(?P<bulan_romawi>[IVX]+)",
    "tahun": r"(?P<tahun>\d{4})",
}


def read(series: NumberSeries, number: str, on: date) -> Place:
    """The place that a number written by hand has in its series; the reverse of fill().

    ValidationError with a sentence when it is not written like the series, or names another month or year than `on`.
    """
    written, seen, end = "", set(), 0
    for tag in TAG.finditer(series.pattern):
        written += re.escape(series.pattern[end : tag.start()])
        name = tag[1]
        if name == "kode":
            written += re.escape(series.unit_code)
        else:
            key = "no" if name == "no3" else name
            written += f"(?P={key})" if key in seen else _WRITTEN[name]
            seen.add(key)
        end = tag.end()
    found = re.fullmatch(written + re.escape(series.pattern[end:]), number)
    if found is None or not int(found["no"]):
        example = fill(series.pattern, 17, on, unit=series.unit_code)
        raise ValidationError(f"Nomor tidak sesuai pola deret ini. Contoh yang benar: {example}.")
    parts = found.groupdict()
    wanted = {"tahun": str(on.year), "bulan": f"{on.month:02}", "bulan_romawi": bulan_romawi(on)}
    if any(parts[name] != value for name, value in wanted.items() if name in parts):
        raise ValidationError("Bulan atau tahun pada nomor tidak sama dengan tanggal naskahnya.")
    return Place(int(parts["no"]), parts["suffix"] or "")


def write(series: NumberSeries, place: Place, on: date) -> str:
    """The number of a place, its suffix behind the running number: 188.4/017.a/SK-UEP/XI/2026."""
    dotted = f".{place.suffix}" if place.suffix else ""
    pattern = TAG.sub(lambda tag: tag[0] + (dotted if tag[1] in {"no", "no3"} else ""), series.pattern)
    return fill(pattern, place.sequence, on, unit=series.unit_code)


def check_by_hand(series: NumberSeries, number: str, on: date) -> Place:
    """Where a number given by hand belongs; ValidationError with a sentence when it may not be given.

    It is the next one of its year; or one already counted with a suffix (17.a), dated between its neighbours; or one
    that was held back and given up. So nothing is skipped, given twice, or out of the order of days.
    """
    place = read(series, number, on)
    last = NumberCounter.objects.filter(series=series, year=on.year).values_list("last", flat=True).first() or 0
    if _is_taken(series, number):
        raise ValidationError(f"Nomor {number} sudah terpakai.")
    if place.sequence > last + (not place.suffix):
        after = write(series, Place(last + 1, ""), on)
        raise ValidationError(
            f"Nomor {place.sequence} belum terpakai, jadi belum dapat disisipi. Nomor berikutnya {after}."
            if place.suffix
            else f"Nomor tidak boleh terlewat; yang berikutnya {after}."
        )
    given_up = HeldNumber.objects.filter(series=series, number=number, released_at__isnull=False).exists()
    if place.sequence <= last and not place.suffix and not given_up:
        raise ValidationError(
            f"Nomor urut {place.sequence} sudah terpakai tahun ini; sisipan ditulis {place.sequence}.a."
        )
    _check_the_day(series, place, on)
    return place


def _is_taken(series: NumberSeries, number: str) -> bool:
    return (
        OfficialDocument.objects.filter(number_series=series, number__iexact=number).exists()
        or HeldNumber.objects.filter(series=series, number__iexact=number, released_at__isnull=True).exists()
        or Signing.objects.filter(number_series=series, number__iexact=number)
        .exclude(state__in=[Signing.State.VOID, Signing.State.SIGNED])
        .exists()
    )


def _check_the_day(series: NumberSeries, place: Place, on: date) -> None:
    """Numbers of a year follow its days: not before the paper that stands before it, not after the one behind it."""
    days = days_of(series, on.year)
    before = max((key for key in days if key < place), default=None)
    after = min((key for key in days if key > place), default=None)
    if before and days[before] > on:
        raise ValidationError(
            f"Tanggal naskah sebelum tanggal nomor {_said(before)} ({tanggal(days[before])}); pakai nomor sisipan."
        )
    if after and days[after] < on:
        raise ValidationError(f"Tanggal naskah sesudah tanggal nomor {_said(after)} ({tanggal(days[after])}).")


def _said(place: Place) -> str:
    return f"{place.sequence}.{place.suffix}" if place.suffix else str(place.sequence)


def days_of(series: NumberSeries, year: int) -> dict[Place, date]:
    """The places of a series that are taken in a year, each with its paper's day; of a former pattern none."""
    held = HeldNumber.objects.filter(series=series, date__year=year, released_at__isnull=True)
    days = {Place(row.sequence, row.suffix): row.date for row in held}
    rows = OfficialDocument.objects.filter(number_series=series, facts__date__startswith=f"{year}-")
    for number, day in rows.values_list("number", "facts__date"):
        on = date.fromisoformat(day)
        try:
            days[read(series, number, on)] = on
        except ValidationError:  # written by a pattern that the office has given up
            continue
    return days


def place_by_hand(series: NumberSeries, number: str, on: date) -> Place:
    """check_by_hand(), and the series counts on from it; only within the caller's transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number is taken only in the transaction of the paper that carries it")
    NumberCounter.objects.bulk_create([NumberCounter(series=series, year=on.year)], ignore_conflicts=True)
    counter = NumberCounter.objects.select_for_update().get(series=series, year=on.year)
    place = check_by_hand(series, number, on)
    if place.sequence > counter.last:
        counter.last = place.sequence
        counter.save(update_fields=["last"])
    return place


def held_for(subject) -> HeldNumber | None:
    """The number that was taken by hand for the paper about this subject."""
    return HeldNumber.objects.free().filter(**subject_key(subject)).select_related("series").first()


def series_of(code: str) -> NumberSeries:
    """The series' row, made from its declared default the first time. KeyError for a series nobody declared."""
    if (series := NumberSeries.objects.filter(code=code).first()) is None:
        title, pattern = SERIES[code]
        NumberSeries.objects.bulk_create([NumberSeries(code=code, title=title, pattern=pattern)], ignore_conflicts=True)
        series = NumberSeries.objects.get(code=code)
    return series


def take_from(series: NumberSeries, on: date) -> str:
    """The next number of the series in the year of `on`; only within the caller's transaction."""
    return fill(series.pattern, next_of(series, on), on, unit=series.unit_code)


def next_of(series: NumberSeries, on: date) -> int:
    """The next place in the series' counting of that year, taken; only within the caller's transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number is taken only in the transaction of the paper that carries it")
    # The insert waits for another first taker of the year, then does nothing; the update locks the row.
    NumberCounter.objects.bulk_create([NumberCounter(series=series, year=on.year)], ignore_conflicts=True)
    NumberCounter.objects.filter(series=series, year=on.year).update(last=F("last") + 1)
    return NumberCounter.objects.get(series=series, year=on.year).last


def take(series: str, on: date) -> str:
    """The next number of the series called `series`; ValidationError when its pattern cannot be filled."""
    return take_from(series_of(series), on)


@receiver(post_migrate)
def make_declared_series(sender, apps, **kwargs) -> None:
    """After a migration every series that papers declare has its row, so that its pattern can be changed before use."""
    if sender.label != "documents":
        return
    try:
        model = apps.get_model("documents", "NumberSeries")
    except LookupError:  # migrated back to before there were any
        return
    rows = [model(code=code, title=title, pattern=pattern) for code, (title, pattern) in SERIES.items()]
    model.objects.bulk_create(rows, ignore_conflicts=True)
