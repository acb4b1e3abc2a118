"""What the registry knows of a person or a household, and who was aided before. Only accepted extracts count."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils import timezone

from uep.registry.fields import normalise
from uep.social.models import Extract, PastAid, Person


def extract_in_force(day: date | None = None) -> Extract | None:
    """The accepted extract that counts on a day: of a source in force then, the newest one that is not of a later day."""
    day = day or timezone.localdate()
    rows = Extract.objects.accepted().filter(as_of__lte=day, source__valid_from__lte=day)
    rows = rows.filter(Q(source__valid_to=None) | Q(source__valid_to__gte=day))
    return rows.select_related("source").order_by("-as_of", "-pk").first()


def find_people(niks: Iterable[str], *, day: date | None = None) -> dict[str, Person]:
    """The lines of these persons in the extract in force, by NIK in plain digits; two queries however many."""
    niks = [nik for nik in niks if nik]
    extract = extract_in_force(day) if niks else None
    if extract is None:
        return {}
    rows = Person.objects.filter(extract=extract, nik__in=niks).select_related("village")
    return {normalise(row.nik): _of(row, extract) for row in rows}


def find_person(nik: str | None, *, day: date | None = None) -> Person | None:
    """The line of one person in the extract in force; None when it is not there, or no extract is."""
    return find_people([nik], day=day).get(normalise(nik)) if nik else None


def members_of(kks: Iterable[str], *, day: date | None = None) -> dict[str, list[Person]]:
    """Everyone whom the extract in force has on these family cards, by KK number in plain digits; two queries."""
    kks = [kk for kk in kks if kk]
    extract = extract_in_force(day) if kks else None
    found: dict[str, list[Person]] = {}
    if extract is not None:
        for row in Person.objects.filter(extract=extract, kk_number__in=kks).select_related("village").order_by("pk"):
            found.setdefault(normalise(row.kk_number), []).append(_of(row, extract))
    return found


def earlier_aids(*, niks: Iterable[str] = (), kks: Iterable[str] = ()) -> list[PastAid]:
    """Aid from before this system or from others, of these persons or households; newest first, one query."""
    niks, kks = [nik for nik in niks if nik], [kk for kk in kks if kk]
    if not (niks or kks):
        return []
    rows = PastAid.objects.filter(Q(nik__in=niks) | Q(kk_number__in=kks), list__imported_at__isnull=False)
    return list(rows.select_related("list", "village").order_by("-year", "pk"))


def _of(person: Person, extract: Extract) -> Person:
    person.extract = extract  # at hand, without one more query
    return person
