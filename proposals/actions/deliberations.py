"""The minutes of the village's meeting behind one letter (musyawarah)."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from proposals.models import CoverLetter, Deliberation, Proposal, RankedName
from proposals.queries import deliberations as queries
from uep.access.access import require

MOST = 300  # names of one meeting


@transaction.atomic
def record_deliberation(
    letter, *, by, held_on, place, chair, attended, names: Sequence[str], women=None, attended_by="", note="",
    chosen: Mapping[str, Proposal | None] | None = None,
) -> CoverLetter:  # fmt: skip
    """Write down the meeting, or change what was written while the letter is not sent.

    `names` as the minutes rank them; which household each means is found by the name, unless `chosen` says it (None:
    nobody of this letter). ValidationError for a name or a household that stands twice.
    """
    letter = CoverLetter.objects.select_for_update().get(pk=letter.pk)
    require(by, "proposals.record_deliberation", letter)
    names = [" ".join(name.split()) for name in names]
    _refuse(held_on, attended, women, names)
    chosen = {name: row for name, row in (chosen or {}).items() if name in names}
    taken = [row.pk for row in chosen.values() if row is not None]
    if len(taken) != len(set(taken)):
        raise ValidationError("Satu usulan dipilih untuk dua nama musyawarah.")
    found = queries.matches(letter, [name for name in names if name not in chosen])
    facts = {
        "held_on": held_on, "place": place, "chair": chair, "attended": attended, "women": women,
        "attended_by": attended_by, "note": note, "by": by, "at": timezone.now(),
    }  # fmt: skip
    deliberation, _ = Deliberation.objects.update_or_create(letter=letter, defaults=facts)
    deliberation.names.all().delete()
    RankedName.objects.bulk_create(
        RankedName(deliberation=deliberation, rank=rank, name=name, proposal=_meant(name, chosen, found, taken))
        for rank, name in enumerate(names, 1)
    )
    return letter


def _meant(name, chosen, found, taken) -> Proposal | None:
    if name in chosen:
        return chosen[name]
    row = found.get(name)
    return None if row is None or row.pk in taken else row


def _refuse(held_on, attended, women, names) -> None:
    if held_on > timezone.localdate():
        raise ValidationError({"held_on": "Tanggal musyawarah tidak boleh setelah hari ini."})
    if women is not None and women > attended:
        raise ValidationError({"women": "Perempuan yang hadir tidak mungkin lebih banyak dari semua yang hadir."})
    if not names:
        raise ValidationError({"names": "Tulis nama yang disepakati, satu nama tiap baris."})
    if len(names) > MOST:
        raise ValidationError({"names": f"Paling banyak {MOST} nama."})
    if long := next((name for name in names if len(name) > 120), None):
        raise ValidationError({"names": f"Nama terlalu panjang: {long[:40]}…"})
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValidationError({"names": f"Tertulis dua kali: {', '.join(twice)}. Bedakan, misalnya dengan RT."})
