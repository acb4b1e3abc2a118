"""The job that reads an extract: streams the kept file into a table of the session's own, then into social_person at once.

What a killed worker leaves behind is its session's table, which goes with it; the job begins anew. Progress is told
between pieces, outside of the one transaction in which the people, their faults and the comparison come in.
"""

import logging
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction

from uep.registry.fields import seal
from uep.social.actions.extracts import compare
from uep.social.models import Extract, ExtractFault
from uep.social.queries import all_villages
from uep.social.spreadsheet import PeopleReader, Unreadable, lines_of
from uep.ui.indonesian import angka

logger = logging.getLogger(__name__)
Stage = Extract.Stage

PASSING = (OperationalError, OSError)  # a lost database, a full disk: may be back in a minute
PIECE = 10_000  # rows of one COPY
STEP = 5  # percent between two words of progress: each is a line of history
READ_SHARE = 80  # percent of the work that is done when the file has been read; the rest is indexes and comparison
MOST_FAULTS = 50_000

STAGING = """
CREATE TEMPORARY TABLE reading_person (
    row integer, nik bytea, kk_number bytea, name text, sex text, birth_place text, birth_date date, relation text,
    occupation text, is_alive boolean, address text, rt text, rw text, village_id text, desil smallint, social_id text,
    gets_pkh boolean, gets_sembako boolean, matches_dukcapil boolean)
"""
FIELDS = (
    "nik, kk_number, name, sex, birth_place, birth_date, relation, occupation, is_alive, address, rt, rw, village_id, desil, "
    "social_id, gets_pkh, gets_sembako, matches_dukcapil"
)
COPY = f"COPY reading_person (row, {FIELDS}) FROM STDIN"
TYPES = ["int4", "bytea", "bytea", "text", "text", "text", "date", "text", "text", "bool", "text", "text", "text", "text",
         "int2", "text", "bool", "bool", "bool"]  # fmt: skip
# Who stands in the file twice comes in by the first line.
REPEATED = """
SELECT again.row, first.row FROM reading_person AS again
JOIN (SELECT substring(nik FROM 2 FOR 16) AS person, min(row) AS row FROM reading_person GROUP BY 1 HAVING count(*) > 1) AS first
  ON first.person = substring(again.nik FROM 2 FOR 16) AND first.row < again.row
"""
BRING_IN = f"""
INSERT INTO social_person (extract_id, {FIELDS})
SELECT %s, {FIELDS} FROM reading_person WHERE row <> ALL (%s) ORDER BY row
"""  # noqa: S608 - made of constants


class Superseded(Exception):
    """Somebody else has finished the reading."""


def read_extract(extract_id: int) -> None:
    """Read an extract from its kept file: once, however often this is called or killed midway (design, law 8)."""
    extract = _begin(extract_id)
    if extract is None:
        return
    try:
        _read(extract)
    except Superseded:
        return
    except PASSING:  # the stage stays at "reading": the queue tries again, and the page tells when it has given up
        raise
    except Exception as error:
        _fail(extract_id, error)
        if not isinstance(error, ValidationError):  # a file that cannot be read is an answer, no fault of the job
            raise


@transaction.atomic
def _begin(extract_id: int) -> Extract | None:
    extract = Extract.objects.select_for_update(of=("self",)).select_related("source", "file").get(pk=extract_id)
    if extract.stage not in {Stage.QUEUED, Stage.READING}:
        return None
    extract.stage, extract.progress, extract.error = Stage.READING, 0, ""
    extract.save(update_fields=["stage", "progress", "error"])
    return extract


def _read(extract: Extract) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.reading_person")
        cursor.execute(STAGING)
        try:
            faults = _stage(extract, cursor)
            _tell(extract, READ_SHARE)
            _bring_in(extract, cursor, faults)
        finally:
            if not connection.needs_rollback:
                cursor.execute("DROP TABLE IF EXISTS pg_temp.reading_person")


def _stage(extract: Extract, cursor) -> dict[int, list[str]]:
    """Copy the people of the file into the session's table, piece by piece; the faults of the other rows."""
    reader = PeopleReader(extract.columns["fields"], all_villages())
    faults: dict[int, list[str]] = {}
    header, told = extract.columns["header"], 0
    with extract.file.open() as file, lines_of(file, header=header) as lines:
        while piece := list(islice(lines, PIECE)):
            with cursor.copy(COPY) as copy:
                copy.set_types(TYPES)
                for row in _rows(piece, reader, header, faults):
                    copy.write_row(row)
            percent = int(piece[-1].done * READ_SHARE)
            if percent >= told + STEP:
                told = percent
                _tell(extract, percent)
            refuse_hopeless(faults)
    return faults


def _rows(piece, reader: PeopleReader, header: int, faults: dict):
    """Rows for COPY, the numbers sealed. Members of a household follow one another, so its number is sealed once."""
    card, sealed_card = "", None
    for line in piece:
        if line.number <= header:
            continue
        person, told = reader.read(line.cells)
        if person is None:
            faults[line.number] = told
            continue
        if person.kk_number != card:
            card = person.kk_number
            sealed_card = seal("kk", card) if card else None
        yield (line.number, seal("nik", person.nik), sealed_card, *person[2:])


def _bring_in(extract: Extract, cursor, faults: dict[int, list[str]]) -> None:
    """Everything that the extract is, in one transaction; a run that finds it read already leaves it as it is."""
    with transaction.atomic():
        cursor.execute(REPEATED)
        repeated = dict(cursor.fetchall())
        faults |= {
            row: [f"NIK ini sudah ada di baris {first}. Satu orang cukup satu baris."]
            for row, first in repeated.items()
        }
        refuse_hopeless(faults)
        cursor.execute("SELECT count(*) FROM reading_person")
        persons = cursor.fetchone()[0] - len(repeated)
        if not persons:
            first = min(faults, default=0)
            said = f"Baris {first}: {faults[first][0]}" if faults else "Tidak ada baris di bawah judul."
            raise Unreadable(f"Tidak satu baris pun dapat dibaca. {said}")
        cursor.execute(BRING_IN, [extract.pk, list(repeated)])
        ExtractFault.objects.bulk_create(
            (ExtractFault(extract=extract, row=row, sentences=told) for row, told in sorted(faults.items())),
            batch_size=5_000,
        )
        cursor.execute("ANALYZE social_person")
        locked = Extract.objects.select_for_update(of=("self",)).select_related("source").get(pk=extract.pk)
        if locked.stage != Stage.READING:  # another run was quicker; this one leaves nothing
            raise Superseded
        locked.persons, locked.faulty = persons, len(faults)
        locked.stage, locked.progress, locked.error = Stage.READ, 100, ""
        compare(locked)
        locked.save()


def refuse_hopeless(faults: dict[int, list[str]]) -> None:
    """So many wrong rows are one mistake made once, and no list that anybody would mend."""
    if len(faults) > MOST_FAULTS:
        first = min(faults)
        raise Unreadable(
            f"Lebih dari {angka(MOST_FAULTS)} baris salah, mulai baris {first}: {faults[first][0]} Periksa apakah kolomnya sudah "
            "benar, lalu unggah lagi."
        )


def _tell(extract: Extract, percent: int) -> None:
    Extract.objects.filter(pk=extract.pk, stage=Stage.READING).update(progress=percent)


def _fail(extract_id: int, error: Exception) -> None:
    words = (
        " ".join(error.messages)
        if isinstance(error, ValidationError)
        else f"Ekstrak belum dapat dibaca karena kesalahan pada sistem ({type(error).__name__}). Coba baca ulang; bila "
        "terulang, hubungi administrator."
    )
    Extract.objects.filter(pk=extract_id, stage=Stage.READING).update(stage=Stage.FAILED, error=words[:1000])
