"""What the registry knows of a person or a household, and who was aided before. Only accepted extracts count."""

from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, TextChoices
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from uep.accounts.scopes import area
from uep.registry import queries as registry
from uep.registry.fields import BlindIndex, normalise
from uep.registry.models import Region
from uep.social.models import Extract, ExtractFault, PastAid, Person, Source


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


# The pages ------------------------------------------------------------------------------------------------------------


def extract_before(extract: Extract) -> Extract | None:
    """What an extract is compared with: the accepted one of its source, else whatever is in force."""
    accepted = Extract.objects.accepted().exclude(pk=extract.pk)
    return accepted.filter(source=extract.source_id).order_by("-as_of", "-pk").first() or extract_in_force()


def same_file(source: Source, sha256: str) -> Extract | None:
    """The extract that this very file became before, unless it failed or was refused."""
    rows = Extract.objects.filter(source=source, sha256=sha256)
    return rows.exclude(stage__in=[Extract.Stage.FAILED, Extract.Stage.REFUSED]).first()


def is_being_read(extract: Extract) -> bool:
    """Is a job for it waiting or at work? (A job whose workers kept dying is given up: then nothing is under way.)"""
    live = ProcrastinateJob.objects.filter(task_name="social.read_extract", status__in=["todo", "doing"])
    return live.filter(args__extract_id=extract.pk).exists()


def faults_of(extract: Extract, limit: int) -> list[ExtractFault]:
    return list(extract.faults.order_by("row")[:limit])


class Change(TextChoices):
    NEW = "baru", "Orang baru"
    GONE = "hilang", "Tidak ada lagi"
    DESIL = "desil", "Desil berubah"


def changes(extract: Extract, change: str, user) -> QuerySet[Person]:
    """The people by whom an extract differs from the one it is compared with, in the reader's area.

    NEW: lines of this one; GONE: lines of the other; DESIL: lines of this one, each with `old_desil`.
    """
    other = extract.compared_with_id
    here, there = (other, extract.pk) if change == Change.GONE else (extract.pk, other)
    twin = Person.objects.filter(extract=there).annotate(index=BlindIndex("nik")).filter(index=OuterRef("index"))
    rows = Person.objects.filter(extract=here).filter(area(user)).annotate(index=BlindIndex("nik"))
    rows = rows.select_related("village__parent").defer("kk_number")
    if other is None:
        return rows.filter(pk__in=[])
    if change != Change.DESIL:
        return rows.filter(~Exists(twin))
    rows = rows.annotate(old_desil=Subquery(twin.values("desil")[:1]))
    return rows.filter(Exists(twin)).exclude(old_desil=F("desil")).exclude(old_desil=None, desil=None)


COUNT_CHANGES = """
SELECT count(*) FILTER (WHERE old.id IS NULL), count(*) FILTER (WHERE new.id IS NULL),
       count(*) FILTER (WHERE old.id IS NOT NULL AND new.id IS NOT NULL AND new.desil IS DISTINCT FROM old.desil)
FROM (SELECT id, desil, substring(nik FROM 2 FOR 16) AS person FROM social_person WHERE extract_id = %s) AS new
FULL JOIN (SELECT id, desil, substring(nik FROM 2 FOR 16) AS person FROM social_person WHERE extract_id = %s) AS old
  USING (person)
"""


def count_changes(extract: Extract, before: Extract | None) -> tuple[int, int, int] | None:
    """(new, gone, desil changed) of an extract against the one before; None without one. One pass over both."""
    if before is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(COUNT_CHANGES, [extract.pk, before.pk])
        return cursor.fetchone()


def own_villages() -> dict[str, str]:
    """Kemendagri code -> the same code for the villages of the regency, and by their names where only one has it."""
    names: dict[str, str | None] = {}
    villages = list(registry.villages())
    for village in villages:
        for name in {village.name.casefold(), village.title.casefold()}:
            names[name] = None if name in names else village.pk
    return {village.pk: village.pk for village in villages} | {name: code for name, code in names.items() if code}


def all_villages() -> dict[str, str]:
    """The same with the codes of the whole country: a register may know where somebody has moved to."""
    return {code: code for code in Region.objects.villages().values_list("code", flat=True)} | own_villages()
