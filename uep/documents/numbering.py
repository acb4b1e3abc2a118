"""Numbers of official papers: gapless and repeat-free, since the counter's row stays locked until the caller commits.

A rolled-back issue gives its number back; a second caller of the same series waits for the first.
"""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from uep.documents.models import NumberCounter, NumberSeries
from uep.documents.papers import SERIES
from uep.ui.indonesian import bulan_romawi

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
