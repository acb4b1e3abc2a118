"""Reading a file of boundaries (GeoJSON, RFC 7946) that somebody else made: only what is whole comes out. Pure."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from uep.registry.geometry import Polygon

MOST_BYTES = 64 * 1024 * 1024
MOST_POINTS = 1_500_000
# Indonesia with some sea around it.
WEST, SOUTH, EAST, NORTH = 94.0, -12.0, 142.0, 7.0
CODE_NAMES = ("kode", "code", "kode_wilayah", "kdepum", "kode_kemendagri", "kode_desa", "id")
LABEL_NAMES = ("nama", "name", "namobj", "nama_wilayah", "desa")


class Unreadable(ValueError):
    """A file that is refused as a whole; str() is a sentence for the person who brought it."""


class Shape(NamedTuple):
    """One feature: the Kemendagri code with dots, the name as the file has it, its polygons."""

    code: str
    name: str
    polygons: list[Polygon]


def read(content: bytes, *, code_name: str = "", label_name: str = "") -> list[Shape]:
    """Every feature of a FeatureCollection. `code_name` and `label_name` say which properties hold code and name.

    Unreadable for anything else than WGS 84 polygons of Indonesia with a code each, once.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(f"Berkas terlalu besar: paling besar {MOST_BYTES // 1024**2} MB.")
    data = _parsed(content)
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection":
        raise Unreadable("Berkas ini bukan GeoJSON FeatureCollection.")
    features = data.get("features")
    if not isinstance(features, list) or not features:
        raise Unreadable("Berkas ini tidak memuat satu wilayah pun.")
    counted = Counted()
    shapes = [_shape(number, feature, code_name, label_name, counted) for number, feature in enumerate(features, 1)]
    seen: set[str] = set()
    for shape in shapes:
        if shape.code in seen:
            raise Unreadable(f"Kode {shape.code} ada dua kali dalam berkas.")
        seen.add(shape.code)
    return shapes


class Counted:
    """How many points there were so far."""

    def __init__(self):
        self.points = 0

    def add(self, number: int) -> None:
        self.points += number
        if self.points > MOST_POINTS:
            raise Unreadable(f"Berkas memuat lebih dari {MOST_POINTS} titik; sederhanakan dahulu.")


def _parsed(content: bytes):
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise Unreadable("Berkas ini bukan teks UTF-8.") from error
    except RecursionError as error:
        raise Unreadable("Isi berkas ini bersarang terlalu dalam.") from error
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("Berkas ini bukan JSON yang utuh.") from error


def _no_constant(name: str):
    raise Unreadable(f"Berkas memuat {name}, yang bukan angka JSON.")


def _shape(number: int, feature, code_name: str, label_name: str, counted: Counted) -> Shape:
    where = f"Wilayah ke-{number}"
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise Unreadable(f"{where} tidak memuat keterangan (properties).")
    code = dotted(_property(properties, code_name, CODE_NAMES))
    if not code:
        told = ", ".join(str(name)[:30] for name in list(properties)[:12]) or "tidak ada"
        raise Unreadable(
            f"{where}: kode Kemendagri tidak ditemukan{f' pada “{code_name}”' if code_name else ''}. "
            f"Nama keterangan dalam berkas: {told}."
        )
    where = f"Wilayah {code}"
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise Unreadable(f"{where}: batas harus Polygon atau MultiPolygon.")
    given = geometry.get("coordinates")
    parts = [given] if kind == "Polygon" else given
    if not isinstance(parts, list) or not parts:
        raise Unreadable(f"{where}: batasnya kosong.")
    name = " ".join(str(_property(properties, label_name, LABEL_NAMES)).split())[:120]
    return Shape(code, name, [list(_rings(where, part, counted)) for part in parts])


def _property(properties: dict, asked: str, usual: tuple[str, ...]) -> str:
    """The property that was named, else the first with a usual name, whatever its case."""
    if asked:
        value = properties.get(asked, "")
    else:
        by_name = {str(name).lower(): value for name, value in reversed(properties.items())}
        value = next((by_name[name] for name in usual if by_name.get(name) not in {None, ""}), "")
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def dotted(code: str) -> str:
    """With its dots, from "62.09.03.1005" or the digits alone; empty for what is no code of Kemendagri."""
    digits = code.strip().replace(".", "")
    if not re.fullmatch(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{10}", digits):
        return ""
    blocks = re.fullmatch(r"(..)(..)?(..)?(....)?", digits)
    return ".".join(filter(None, blocks.groups()))


def _rings(where: str, part, counted: Counted) -> Iterator[list[tuple[float, float]]]:
    if not isinstance(part, list) or not part:
        raise Unreadable(f"{where}: satu bagian batasnya kosong.")
    for ring in part:
        if not isinstance(ring, list) or len(ring) < 4:
            raise Unreadable(f"{where}: satu garis batas kurang dari empat titik.")
        counted.add(len(ring))
        points = [_point(where, point) for point in ring]
        if points[0] != points[-1]:
            raise Unreadable(f"{where}: satu garis batas tidak tertutup.")
        yield points[:-1]


def _point(where: str, point) -> tuple[float, float]:
    if not isinstance(point, list) or len(point) < 2 or not all(_is_number(value) for value in point[:2]):
        raise Unreadable(f"{where}: ada titik yang bukan pasangan bujur dan lintang.")
    longitude, latitude = point[:2]
    if WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH:
        return float(longitude), float(latitude)
    if WEST <= latitude <= EAST and SOUTH <= longitude <= NORTH:
        raise Unreadable(f"{where}: bujur dan lintang tertukar. GeoJSON menulis bujur dahulu.")
    raise Unreadable(
        f"{where}: titik di luar Indonesia. Koordinat harus derajat WGS 84 (EPSG:4326), bujur lalu lintang."
    )


def _is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
