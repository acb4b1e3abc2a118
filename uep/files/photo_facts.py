"""Where and when a photo says it was taken, read before its metadata is dropped. Pure."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from PIL import ExifTags, Image

GPS, IFD, BASE = ExifTags.GPS, ExifTags.IFD, ExifTags.Base


@dataclass(frozen=True)
class Position:
    """Degrees of WGS 84 (six decimals: a hand's breadth); accuracy in metres when it is known."""

    latitude: Decimal
    longitude: Decimal
    accuracy: float | None = None

    def __post_init__(self):
        for name in ("latitude", "longitude"):
            object.__setattr__(self, name, Decimal(str(getattr(self, name))).quantize(Decimal("0.000001")))
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError("no such place on earth")
        if self.accuracy is not None and not (math.isfinite(self.accuracy) and self.accuracy >= 0):
            object.__setattr__(self, "accuracy", None)


@dataclass(frozen=True)
class TakenFacts:
    position: Position | None
    taken_at: datetime | None


def read_facts(exif: Image.Exif) -> TakenFacts:
    """What the metadata says; None for whatever is missing, impossible or unreadable. Never raises."""
    try:
        gps, details = exif.get_ifd(IFD.GPSInfo), exif.get_ifd(IFD.Exif)
    except Exception:  # noqa: BLE001  hostile metadata must not cost an honest photo
        return TakenFacts(None, None)
    return TakenFacts(read_position(gps), read_time(gps, details))


def read_exif(image: Image.Image) -> Image.Exif:
    """The photo's metadata, empty when they cannot be read."""
    try:
        return image.getexif()
    except Exception:  # noqa: BLE001  as above
        return Image.Exif()


def read_position(gps: dict) -> Position | None:
    try:
        latitude = degrees(gps[GPS.GPSLatitude], gps[GPS.GPSLatitudeRef], "S")
        longitude = degrees(gps[GPS.GPSLongitude], gps[GPS.GPSLongitudeRef], "W")
        if latitude == 0 and longitude == 0:  # phones without a fix write zeros
            return None
        return Position(latitude, longitude, accuracy_of(gps))
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError):
        return None


def degrees(parts, reference, negative: str) -> float:
    degree, minute, second = (float(part) for part in parts)
    if not all(math.isfinite(part) and part >= 0 for part in (degree, minute, second)):
        raise ValueError("not an angle")
    value = degree + minute / 60 + second / 3600
    reference = reference.decode("ascii", "replace") if isinstance(reference, bytes) else reference
    return -value if reference.strip("\0 ").upper() == negative else value


def accuracy_of(gps: dict) -> float | None:
    try:
        accuracy = float(gps[GPS.GPSHPositioningError])
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    return round(accuracy, 1) if math.isfinite(accuracy) and accuracy > 0 else None


def read_time(gps: dict, details: dict) -> datetime | None:
    """The satellites' time, else the camera's clock, read in the office's zone when it names none."""
    try:
        hours, minutes, seconds = (float(part) for part in gps[GPS.GPSTimeStamp])
        day = datetime.strptime(str(gps[GPS.GPSDateStamp]).strip("\0 "), "%Y:%m:%d").replace(tzinfo=UTC)
        return day + timedelta(hours=hours, minutes=minutes, seconds=int(seconds))
    except (KeyError, TypeError, ValueError, ArithmeticError):
        pass
    try:
        text = str(details[BASE.DateTimeOriginal]).strip("\0 ")
        offset = str(details.get(BASE.OffsetTimeOriginal, "")).strip("\0 ")
        if offset:
            return datetime.strptime(f"{text} {offset}", "%Y:%m:%d %H:%M:%S %z")
        return timezone.make_aware(datetime.strptime(text, "%Y:%m:%d %H:%M:%S"))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
