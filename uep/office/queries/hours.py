"""When the office works, and by when the SOP wants a step done."""

from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils import timezone

from uep.office.calendar import Norm, Unit, WorkingCalendar
from uep.office.models import Holiday, OfficeHours, SopStep


def calendar() -> WorkingCalendar:
    """The working calendar as the tables say now. Two small queries each time, so no process works by an old one;
    what is made of them is kept for as long as they say the same.
    """
    hours = tuple(
        (row.weekday, row.opens, row.break_starts, row.break_ends, row.closes) for row in OfficeHours.objects.all()
    )
    holidays = tuple(Holiday.objects.order_by("date").values_list("date", "kind"))
    return _calendar(hours, holidays, timezone.get_default_timezone_name())


@lru_cache(maxsize=4)
def _calendar(hours, holidays, zone: str) -> WorkingCalendar:
    spans = {day: ((opens, pause), (resume, closes)) for day, opens, pause, resume, closes in hours}
    national = frozenset(day.year for day, kind in holidays if kind == Holiday.Kind.NATIONAL)
    return WorkingCalendar(
        hours=spans, holidays=frozenset(day for day, _ in holidays), zone=zone, seeded_years=national
    )


def norm_of(step: int) -> Norm:
    """The norm of step 1 to 6 in the SOP in force. One query; ValidationError when there is none."""
    row = SopStep.objects.filter(sop__in_force=True, number=step).values_list("norm_amount", "norm_unit").first()
    if row is None:
        raise ValidationError(
            f"Langkah {step} belum ada dalam SOP yang berlaku. Administrator melengkapinya di halaman Kantor."
        )
    return Norm(row[0], Unit(row[1]))


def step_titles() -> dict[int, str]:
    """Titles of the six steps, from the SOP in force. One query; before the install "Langkah 1" and so on."""
    titles = dict(SopStep.objects.filter(sop__in_force=True).values_list("number", "title"))
    return {number: titles.get(number, f"Langkah {number}") for number in range(1, 7)}
