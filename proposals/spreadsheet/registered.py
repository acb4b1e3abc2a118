"""Where a row, or a form, says something else than the social registry. Pure: who was found is handed in.

What the programme's rules make of the registry (desil, death, payroll) they say themselves (proposals.eligibility). Of
somebody who lives in another village it says only that; the rest is the office's to see.
"""

import re
from typing import Any, NamedTuple

from proposals.spreadsheet.faults import Doubt, warning
from uep.registry.fields import normalise


class Known(NamedTuple):
    """A person as the registry describes them."""

    name: str
    kk_number: str
    village: str | None


def known_of(person) -> Known:
    """From a line of the registry (uep.social.models.Person)."""
    return Known(person.name, normalise(person.kk_number or ""), person.village_id)


def doubts(values: dict[str, Any], known: Known | None, *, village: str) -> list[tuple[str, Doubt]]:
    """[(field, doubt)] about a candidate whose NIK is sound; `known` is None when the registry does not have it."""
    if known is None:
        return [("nik", warning("not_in_registry", "NIK di {cell} tidak ada di data sosial. Cocokkan dengan KTP; bila benar, "
                 "calon tetap dapat diusulkan dengan alasan dan berita acara musyawarah."))]  # fmt: skip
    if known.village and known.village != village:
        return [("nik", warning("other_village", "NIK di {cell} terdaftar di desa/kelurahan lain menurut data sosial. "
                 "Pastikan calon berdomisili di desa ini."))]  # fmt: skip
    found = []
    if values.get("kk_number") and known.kk_number and normalise(values["kk_number"]) != known.kk_number:
        found.append(("kk_number", warning("kk_mismatch", "Nomor KK di {cell} berbeda dengan data sosial. Cocokkan dengan "
                      "Kartu Keluarga terbaru; bila KK memang baru, lanjutkan.")))  # fmt: skip
    if is_another_name(values.get("name") or "", known.name):
        found.append(("name", warning("name_mismatch", "Nama di {cell} jauh berbeda dengan pemilik NIK itu di data sosial. "
                      "Cocokkan nama dan NIK dengan KTP.")))  # fmt: skip
    return found


def is_another_name(one: str, other: str) -> bool:
    """No word in common, not even by its first three letters; spelling differs too often to be compared more closely."""
    heads = [{word[:3] for word in re.findall(r"[^\W\d_]{3,}", name.casefold())} for name in (one, other)]
    return bool(heads[0] and heads[1] and not heads[0] & heads[1])
