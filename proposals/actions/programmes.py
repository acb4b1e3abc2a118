"""One year's programme and the papers that it asks for; the division head keeps both."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from proposals.eligibility.versions import default_rules, in_force, required_by, settings_of
from proposals.models import Programme, Requirement, RuleSet, RuleSetting
from proposals.queries.programmes import has_decree
from proposals.requirements import default_requirements
from uep.access.access import require

FIXED_BY_DECREE = {
    "amount": "bantuan per penerima",
    "bank": "bank penyalur",
    "signatory": "penanda tangan SK",
    "year": "tahun anggaran",
}
# Typed once, for version 1 of the rules; from then on the version in force writes them (actions.rules.enact_rules).
KEPT_BY_RULES = ("min_age", "max_age", "age_on", "max_desil")

# What later steps lay down when a programme is opened. They register themselves: nothing here knows them by name.
_OPENING: list[Callable] = []


def when_opened(lay: Callable) -> Callable:
    """Have `lay(programme, by=...)` called, in the same transaction, for each new programme."""
    _OPENING.append(lay)
    return lay


@transaction.atomic
def add_programme(_person, *, by, **facts) -> Programme:
    """Open a year's programme with the usual papers, which may then be changed. ValidationError names what clashes."""
    require(by, "proposals.add_programme", None)
    programme = Programme(created_by=by, **facts)
    _save(programme)
    Requirement.objects.bulk_create(default_requirements(programme))
    first_rules(programme, by=by)
    for lay in _OPENING:
        lay(programme, by=by)
    return programme


def first_rules(programme, *, by) -> RuleSet:
    """Version 1, in force at once: nothing was sent by other rules."""
    since = programme.created_at
    first = RuleSet.objects.create(
        programme=programme,
        number=1,
        stage=RuleSet.Stage.IN_FORCE,
        note="Aturan saat program dibuat",
        made_by=by,
        made_at=since,
        in_force_at=since,
        in_force_by=by,
    )
    RuleSetting.objects.bulk_create(settings_of(default_rules(programme), first))
    return first


@transaction.atomic
def edit_programme(programme, *, by, **facts) -> Programme:
    """Change a programme. Once a signed decree rests on it, its amount, bank, signatory and year stand."""
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    require(by, "proposals.edit_programme", programme)
    changed = [name for name, value in facts.items() if getattr(programme, name) != value]
    if set(changed) & set(KEPT_BY_RULES):
        raise ValidationError("Umur dan desil diubah dengan versi aturan baru.")
    if (fixed := [label for name, label in FIXED_BY_DECREE.items() if name in changed]) and has_decree(programme):
        raise ValidationError(f"Program ini sudah punya SK, jadi tidak dapat diubah: {', '.join(fixed)}.")
    for name in changed:
        setattr(programme, name, facts[name])
    _save(programme)
    return programme


@transaction.atomic
def add_requirement(programme, *, by, **facts) -> Requirement:
    """Ask for one more paper; upload page, completeness and desk check follow from the row.

    One that a household brings before it is visited begins as voluntary: the next version of the rules may require it.
    """
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    require(by, "proposals.add_requirement", programme)
    _refuse_past_the_rules(programme, "", facts)
    return Requirement.objects.create(programme=programme, code=_new_code(programme, facts["label"]), **facts)


@transaction.atomic
def edit_requirement(requirement, *, by, **facts) -> Requirement:
    """Change what is asked. Whose paper it is stays as it was once something was uploaded."""
    requirement = Requirement.objects.select_for_update(of=("self",)).get(pk=requirement.pk)
    require(by, "proposals.edit_requirement", requirement)
    if facts["owner"] != requirement.owner and requirement.attachments.exists():
        raise ValidationError(
            {"owner": "Sudah ada berkas yang diunggah; buat persyaratan baru untuk pemilik yang lain."}
        )
    _refuse_past_the_rules(requirement.programme, requirement.code, facts)
    for name, value in facts.items():
        setattr(requirement, name, value)
    requirement.save(update_fields=list(facts))
    return requirement


def _save(programme: Programme) -> None:
    if programme.closes_on < programme.opens_on:
        raise ValidationError({"closes_on": "Tanggal tutup tidak boleh sebelum tanggal buka."})
    if programme.max_age < programme.min_age:
        raise ValidationError({"max_age": "Umur paling tua tidak boleh di bawah umur paling muda."})
    if programme.quota * programme.amount > programme.budget:
        affordable = programme.budget // programme.amount
        raise ValidationError({"quota": f"Anggaran hanya cukup untuk {affordable} penerima."})
    try:
        with transaction.atomic():
            programme.save()
    except IntegrityError as error:
        if "one_programme_of_a_name_per_year" not in str(error):
            raise
        raise ValidationError({"name": f"Sudah ada program bernama itu untuk tahun {programme.year}."}) from error


def _refuse_past_the_rules(programme, code: str, facts) -> None:
    """Whoever was sent is judged by the papers of its version, so that nothing but a version may require one."""
    row = Requirement(code=code, **facts)
    required = required_by(in_force(programme))
    if row.is_under_the_rules and row.is_required != (code in required):
        now = "wajib" if code in required else "tidak wajib"
        raise ValidationError(
            {
                "is_required": f"Menurut aturan yang berlaku, berkas ini {now} bagi calon penerima. Simpan dahulu sebagai "
                f"{now}, lalu ubah dengan versi aturan baru."
            }
        )


def _new_code(programme, label: str) -> str:
    """A code of its own. The prefix keeps it apart from the names of fields, among which defects name what to mend."""
    stem = f"berkas_{slugify(label).replace('-', '_')}"[:36].rstrip("_")
    taken = set(programme.requirements.values_list("code", flat=True))
    numbered = (stem if n == 1 else f"{stem}_{n}" for n in range(1, len(taken) + 2))
    return next(code for code in numbered if code not in taken)
