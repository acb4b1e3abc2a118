"""Fill the registry: regions from the files beside it, an office for one of them, fresh keys for what is sealed."""

import csv
import gzip
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Model

from uep.office import queries as office
from uep.office import seeds
from uep.registry import geojson, geometry
from uep.registry.fields import KEY_ID_AT, SealedField, current_marker, seal, unseal
from uep.registry.models import Boundary, Region

DATA = Path(__file__).parent / "data" / "regions"
KINDS = {"1": Region.Kind.KELURAHAN, "2": Region.Kind.DESA, "3": Region.Kind.CUSTOMARY}  # by a village's last block
NEAR = 25  # metres by which a boundary may be simplified: less than a telephone errs
DRAWN = 150  # the same for the outline on a map that is some hundred points wide


class Loaded(NamedTuple):
    """How many regions the files hold, and how many rows that made or changed."""

    regions: int
    added: int
    changed: int


def region_rows() -> Iterator[tuple[str, str, str, str, str | None]]:
    """(code, name, level, kind, parent's code) of every region in the files, parents first."""
    for file, level, parent in (
        ("provinces.csv", Region.Level.PROVINCE, None),
        ("regencies.csv", Region.Level.REGENCY, "province_code"),
        ("districts.csv", Region.Level.DISTRICT, "regency_code"),
        ("villages.csv.gz", Region.Level.VILLAGE, "district_code"),
    ):
        opener = gzip.open if file.endswith(".gz") else open
        with opener(DATA / file, "rt", encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                kind = KINDS[row["code"].rpartition(".")[2][0]] if level == Region.Level.VILLAGE else ""
                yield row["code"], row["name"], str(level), str(kind), row[parent] if parent else None


@transaction.atomic
def load_regions() -> Loaded:
    """Bring the regions up to the files, by one COPY and one INSERT; a second time changes nothing.

    A region that the files no longer hold stays, because records may point to it; BPS codes stay as they are.
    """
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE incoming (LIKE registry_region) ON COMMIT DROP")
        with cursor.copy("COPY incoming (code, name, level, kind, parent_id, bps_code) FROM STDIN") as copying:
            for row in region_rows():
                copying.write_row((*row, ""))
        cursor.execute("SELECT count(*) FROM incoming")
        (regions,) = cursor.fetchone()
        cursor.execute(
            """
            WITH written AS (
                INSERT INTO registry_region AS known (code, name, level, kind, parent_id, bps_code)
                SELECT code, name, level, kind, parent_id, bps_code FROM incoming
                ON CONFLICT (code) DO UPDATE SET
                    (name, level, kind, parent_id) = (excluded.name, excluded.level, excluded.kind, excluded.parent_id)
                WHERE (known.name, known.level, known.kind, known.parent_id)
                    IS DISTINCT FROM (excluded.name, excluded.level, excluded.kind, excluded.parent_id)
                RETURNING xmax = 0 AS is_new
            )
            SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written
            """
        )
        added, changed = cursor.fetchone()
        cursor.execute("DROP TABLE incoming")
        if added or changed:
            cursor.execute("ANALYZE registry_region")  # else the first pages are planned for an empty table
    return Loaded(regions, added, changed)


def install_office(code: str) -> Region:
    """Make this the installation of one regency or city: regions, then the office's own facts. Safe to repeat.

    ValidationError, with a sentence, for a code that is not a regency's, or when another office is installed already.
    """
    load_regions()
    regency = _regency(code.strip())
    seeds.seed(regency.code, regency_name=regency.name, province_name=regency.parent.name)
    return regency


def _regency(code: str) -> Region:
    region = Region.objects.filter(pk=code).first()
    if region and region.level == Region.Level.REGENCY:
        return region
    if region:
        raise ValidationError(
            f"{code} adalah {region.title}. Kantor dipasang untuk satu kabupaten/kota: empat angka, misalnya {_example(code)}."
        )
    if len(code) == 4 and code.isdigit():
        dotted = f"{code[:2]}.{code[2:]}"
        meant = Region.objects.regencies().filter(pk=dotted).first()
        which = f"{dotted} adalah {meant.title}" if meant else f"{dotted} juga tidak dikenal"
        raise ValidationError(
            f"Tulis kode Kemendagri dengan titik: {which}. Kode BPS tidak dipakai di sini; "
            "angkanya mirip, tetapi menunjuk tempat lain."
        )
    raise ValidationError(
        f'"{code}" bukan kode Kemendagri kabupaten/kota. Bentuknya 12.34, seperti enam angka pertama NIK tanpa dua '
        "angka terakhirnya. Kode BPS tidak dipakai di sini."
    )


def _example(code: str) -> str:
    blocks = code.split(".")
    if len(blocks) > 2:
        return ".".join(blocks[:2])
    return Region.objects.regencies().within(code).order_by("code").values_list("code", flat=True).first()


class Bounded(NamedTuple):
    """What a file of boundaries brought."""

    loaded: int
    removed: int  # boundaries of these levels that the file no longer holds
    unknown: tuple[str, ...]  # codes within the regency that are no region
    elsewhere: int  # regions of other regencies, left out
    misnamed: tuple[str, ...]  # loaded, but the file calls them something else
    without: int  # villages of the regency that have none now


@transaction.atomic
def load_boundaries(content: bytes, *, code_name: str = "", label_name: str = "") -> Bounded:
    """Take in the boundaries of the installed regency from a GeoJSON file; all of it or nothing.

    What was loaded before for the levels in the file (villages, districts) is replaced, other levels stay. Codes that
    are no region are told, not loaded. geojson.Unreadable or ValidationError, each with a sentence, for a file that
    cannot be used.
    """
    regency = office.profile().regency_code
    if not regency:
        raise ValidationError("Kantor belum dipasang; jalankan install_office dahulu.")
    shapes = geojson.read(content, code_name=code_name, label_name=label_name)
    own = [shape for shape in shapes if shape.code == regency or shape.code.startswith(f"{regency}.")]
    known = {region.pk: region for region in Region.objects.filter(pk__in=[shape.code for shape in own])}
    levels = {code: region.level for code, region in known.items()}
    if not levels:
        raise ValidationError(
            f"Tidak satu pun dari {len(shapes)} wilayah dalam berkas ini terletak di {regency} menurut kode Kemendagri. "
            "Kode BPS tidak dipakai di sini."
        )
    named = [shape for shape in own if shape.code in known and shape.name]
    misnamed = [shape for shape in named if _letters(shape.name) not in _letters(known[shape.code].title)]
    if len(misnamed) * 2 > len(named):
        raise ValidationError(
            f"{len(misnamed)} dari {len(named)} nama tidak sesuai dengan kodenya, misalnya {misnamed[0].code} adalah "
            f"{known[misnamed[0].code].title}, bukan {misnamed[0].name}. Apakah ini kode BPS?"
        )
    rows = [_boundary(shape) for shape in own if shape.code in levels]
    former = Boundary.objects.filter(region__level__in=set(levels.values()))
    removed = former.exclude(pk__in=levels).count()
    former.delete()
    Boundary.objects.bulk_create(rows, batch_size=200)
    return Bounded(
        loaded=len(rows),
        removed=removed,
        unknown=tuple(sorted(shape.code for shape in own if shape.code not in levels)),
        elsewhere=len(shapes) - len(own),
        misnamed=tuple(sorted(f"{shape.code} {shape.name}" for shape in misnamed)),
        without=Region.objects.villages().within(regency).filter(boundary__isnull=True).count(),
    )


def _letters(name: str) -> str:
    """A name as far as spellings agree: "Batangkawa" is "Batang Kawa"."""
    return "".join(filter(str.isalnum, name.lower()))


def _boundary(shape: geojson.Shape) -> Boundary:
    box = geometry.box_of(shape.polygons)
    longitude, latitude = geometry.point_inside(shape.polygons)
    return Boundary(
        region_id=shape.code,
        polygons=_rounded(geometry.simplified(shape.polygons, NEAR)),
        outline=_rounded(geometry.simplified(shape.polygons, DRAWN)),
        **box._asdict(),
        inner_longitude=longitude,
        inner_latitude=latitude,
    )


def _rounded(polygons) -> list:
    """To a metre."""
    return [[[[round(x, 5), round(y, 5)] for x, y in ring] for ring in polygon] for polygon in polygons]


def reseal(model: type[Model], *, batch: int = 2000) -> int:
    """Seal every value of `model` under the first of settings.SEALING_KEYS; returns how many were sealed anew.

    For after a new key was put first: when all models are done, the old key may go. The database's triggers on the
    model are quiet meanwhile, since a new envelope is no change of the facts: history is neither added to, nor kept
    from being resealed itself (event tables hold copies, and refuse other updates). One transaction per batch, so
    it can be stopped and run again beside live work; a value that someone changed in between is left for them.
    """
    return sum(_reseal_column(model, field, batch) for field in sealed_fields(model))


def sealed_fields(model: type[Model]) -> list[SealedField]:
    """The sealed columns of the model's own table."""
    return [field for field in model._meta.local_concrete_fields if isinstance(field, SealedField)]  # noqa: SLF001


def _reseal_column(model: type[Model], field: SealedField, batch: int) -> int:
    meta = model._meta  # noqa: SLF001
    table, column, key = (connection.ops.quote_name(name) for name in (meta.db_table, field.column, meta.pk.column))
    key_type = meta.pk.rel_db_type(connection)
    marker = current_marker()
    uris = [f"{meta.label}:{trigger.name}" for owner, trigger in pgtrigger.registered() if owner is model]
    # Names come from the model and are quoted; values are parameters.
    select = (
        f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608
        f" AND substring({column} FROM {KEY_ID_AT + 1} FOR {len(marker)}) <> %s ORDER BY {key} LIMIT %s"
    )
    update = (
        f"UPDATE {table} AS kept SET {column} = fresh.new"  # noqa: S608
        f" FROM unnest(%s::{key_type}[], %s::bytea[], %s::bytea[]) AS fresh(key, old, new)"
        f" WHERE kept.{key} = fresh.key AND kept.{column} = fresh.old"
    )
    done = 0
    while True:
        # Without names pgtrigger.ignore() would silence every trigger of the product.
        with transaction.atomic(), pgtrigger.ignore(*uris) if uris else nullcontext(), connection.cursor() as cursor:
            cursor.execute(select, [marker, batch])
            rows = [(pk, bytes(old)) for pk, old in cursor.fetchall()]
            if not rows:
                return done
            fresh = [seal(field.kind, unseal(field.kind, old)) for _, old in rows]
            cursor.execute(update, [[pk for pk, _ in rows], [old for _, old in rows], fresh])
            done += cursor.rowcount
