"""Kabid keeps what decrees say: a version is drafted, written, looked at as the final paper, and brought into force."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from decrees import queries
from decrees.models import Wording
from decrees.tags import LONGEST_PART, NEEDED, PARTS, tidy
from uep.access.access import require

Stage = Wording.Stage
CHANGED = "Rancangan ini sudah diubah orang lain sejak Anda membukanya. Muat ulang halaman, periksa, lalu simpan lagi."


def wording_for(kind: str, signatory: str, *, by) -> Wording:
    """The version by which a decree is drafted now; version 1 comes to be with the first one."""
    current = queries.wording_in_force(kind, signatory)
    if current.pk:
        return current
    now, texts = timezone.now(), current.texts
    facts = {"stage": Stage.IN_FORCE, "in_force_at": now, "in_force_by": by, "made_by": by, "note": current.note}
    Wording.objects.get_or_create(kind=kind, signatory=signatory, number=1, defaults=texts | facts)
    return Wording.objects.of(kind, signatory).get(stage=Stage.IN_FORCE)


def refuse_faults(kind: str, texts: dict[str, str]) -> None:
    """ValidationError by part when something cannot be printed: a tag that nobody knows, a sign left open, too long."""
    faults = queries.text_faults(kind, texts)
    for part, text in texts.items():
        if len(text) > LONGEST_PART:
            faults.setdefault(part, []).append(f"{PARTS[part]}: paling banyak {LONGEST_PART} huruf.")
    if faults:
        raise ValidationError(faults)


@transaction.atomic
def draft_wording(_kabid, *, by, source: Wording, note="") -> Wording:
    """A new version, copied from `source`, one that is or was in force. It counts for no decree yet.

    ValidationError while another version of the same kind and signatory is being drafted.
    """
    require(by, "decrees.draft_wording", None)
    if source.is_draft:
        raise ValidationError({"source": "Rancangan tidak dapat disalin; pilih versi yang pernah berlaku."})
    wording_for(source.kind, source.signatory, by=by)
    rows = Wording.objects.of(source.kind, source.signatory)
    list(rows.select_for_update().values_list("pk", flat=True))  # two at once: the second meets the first one's draft
    last = rows.order_by("-number").first()
    if last.is_draft:
        raise ValidationError({"source": f"Masih ada rancangan: {last}. Lanjutkan yang itu."})
    return Wording.objects.create(
        kind=source.kind,
        signatory=source.signatory,
        number=last.number + 1,
        note=" ".join(note.split()),
        made_by=by,
        **source.texts,
    )


@transaction.atomic
def edit_wording(wording, *, by, seen, note, **texts) -> Wording:
    """Write a draft. `seen` is the fingerprint of the draft that was on the screen.

    ValidationError by part, with the place, for what cannot be printed.
    """
    wording = _locked(wording)
    require(by, "decrees.edit_wording", wording)
    if seen != queries.fingerprint(wording.texts, wording.note):
        raise ValidationError(CHANGED)
    texts = {part: tidy(texts[part]) for part in PARTS}
    refuse_faults(wording.kind, texts)
    wording.note = " ".join(note.split())
    for part, text in texts.items():
        setattr(wording, part, text)
    wording.save(update_fields=["note", *PARTS])
    return wording


@transaction.atomic
def enact_wording(wording, *, by) -> Wording:
    """Decrees that are drafted from now on say this; those under way and those signed keep what they say."""
    list(Wording.objects.of(wording.kind, wording.signatory).select_for_update().values_list("pk", flat=True))
    wording = Wording.objects.get(pk=wording.pk)
    require(by, "decrees.enact_wording", wording)
    refuse_faults(wording.kind, wording.texts)
    if empty := [PARTS[part] for part in NEEDED if not getattr(wording, part)]:
        raise ValidationError([f"Bagian {name} masih kosong." for name in empty])
    Wording.objects.of(wording.kind, wording.signatory).filter(stage=Stage.IN_FORCE).update(stage=Stage.RETIRED)
    wording.stage, wording.in_force_at, wording.in_force_by = Stage.IN_FORCE, timezone.now(), by
    wording.save(update_fields=["stage", "in_force_at", "in_force_by"])
    return wording


def _locked(wording) -> Wording:
    return Wording.objects.select_for_update().get(pk=wording.pk)
