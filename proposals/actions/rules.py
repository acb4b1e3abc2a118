"""A programme's rules: a version is drafted, changed, tried and brought into force; and exceptions from them."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from proposals.actions.drafts import locked
from proposals.actions.programmes import first_rules
from proposals.eligibility import findings
from proposals.eligibility.versions import limits_of, required_by, settings_of, version_of
from proposals.models import SENTENCE, ExceptionPlea, Programme, RuleOverride, RuleSet, RuleSetting
from proposals.queries.rules import fingerprint
from uep.access.access import require
from uep.documents.actions import issue

Stage = RuleSet.Stage
CHANGED = "Rancangan ini sudah diubah orang lain sejak Anda membukanya. Muat ulang halaman, periksa, lalu simpan lagi."


@transaction.atomic
def draft_rules(programme, *, by, note) -> RuleSet:
    """A new version, copied from the one in force; it counts for nobody until it is brought into force."""
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    require(by, "proposals.draft_rules", programme)
    current = programme.rule_sets.filter(stage=Stage.IN_FORCE).first() or first_rules(programme, by=by)
    number = programme.rule_sets.first().number + 1
    drafted = RuleSet.objects.create(programme=programme, number=number, note=note.strip(), made_by=by)
    RuleSetting.objects.bulk_create(settings_of(version_of(current).rules, drafted))
    return drafted


@transaction.atomic
def edit_rules(rule_set, *, by, rules, note, seen) -> RuleSet:
    """Write all rules of a draft. `rules`: code -> is_on, level, may_be_overridden and parameters.

    `seen` is the fingerprint of what was on the screen: ValidationError when somebody else wrote meanwhile. Faults of
    parameters are named as the form names its boxes: "age__max_age".
    """
    rule_set = RuleSet.objects.select_for_update(of=("self",)).select_related("programme").get(pk=rule_set.pk)
    require(by, "proposals.edit_rules", rule_set)
    if seen != fingerprint(rule_set):
        raise ValidationError(CHANGED)
    written = [_changed(rule, rules.get(rule.code)) for rule in version_of(rule_set).rules]
    if faults := _faults(written):
        raise ValidationError(faults)
    rule_set.note = note.strip()
    rule_set.save(update_fields=["note"])
    RuleSetting.objects.bulk_create(
        settings_of(written, rule_set),
        update_conflicts=True,
        unique_fields=["rule_set", "code"],
        update_fields=["is_on", "level", "may_be_overridden", "parameters"],
    )
    return rule_set


def _changed(rule, given):
    """The rule as given; as it was when nothing is said of it."""
    if given is None:
        return rule
    values = {p.name: given["parameters"].get(p.name, getattr(rule, p.name)) for p in rule.parameters}
    return type(rule)(values, level=given["level"], is_on=given["is_on"], may_be_overridden=given["may_be_overridden"])


def _faults(rules) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for rule in rules:
        alone = {p.name: fault for p in rule.parameters if (fault := p.fault(getattr(rule, p.name)))}
        found |= {f"{rule.code}__{name}": [fault] for name, fault in alone.items()}
        if not alone and (together := rule.faults()):
            found[f"{rule.code}__{rule.parameters[0].name}"] = together
    return found


@transaction.atomic
def enact_rules(rule_set, *, by) -> RuleSet:
    """From now on what is sent is judged by this version; what was sent before keeps its own."""
    programme = Programme.objects.select_for_update().get(pk=rule_set.programme_id)
    rule_set = RuleSet.objects.select_for_update().get(pk=rule_set.pk)
    require(by, "proposals.enact_rules", rule_set)
    programme.rule_sets.filter(stage=Stage.IN_FORCE).update(stage=Stage.RETIRED)
    rule_set.programme = programme
    rule_set.stage, rule_set.in_force_at, rule_set.in_force_by = Stage.IN_FORCE, timezone.now(), by
    rule_set.save(update_fields=["stage", "in_force_at", "in_force_by"])
    # Lists, forms and upload pages read these from the rows of the programme; only this act and its beginning write them.
    limits = limits_of(version_of(rule_set))
    for name, value in limits.items():
        setattr(programme, name, value)
    programme.save(update_fields=list(limits))
    papers = required_by(version_of(rule_set))
    for requirement in programme.requirements.under_the_rules():
        requirement.is_required = requirement.code in papers
        requirement.save(update_fields=["is_required"])
    return rule_set


@transaction.atomic
def ask_exception(proposal, *, by, code, reason) -> ExceptionPlea:
    """The village asks that a rule be set aside; only then may the household be sent along (mohon pengecualian)."""
    proposal = locked(proposal)
    require(by, "proposals.ask_exception", proposal)
    unmet = next((row for row in findings(proposal) if row.code == code and row.may_be_pleaded), None)
    if unmet is None:
        raise ValidationError("Pengecualian untuk aturan ini tidak dapat dimohon, atau sudah dimohon.")
    return _keep(ExceptionPlea(proposal=proposal, code=code, sentence=unmet.sentence[:SENTENCE], by=by), reason)


@transaction.atomic
def override_rule(proposal, *, by, code, reason) -> RuleOverride:
    """Kabid sets one unmet rule aside for one household; the reason prints in the minutes.

    ValidationError where the rule allows no exception, is met, or was set aside already.
    """
    proposal = locked(proposal)
    require(by, "proposals.override_rule", proposal)
    unmet = next((row for row in findings(proposal) if row.code == code and row.is_in_the_way), None)
    if unmet is None or not unmet.may_be_overridden:
        raise ValidationError("Aturan ini tidak boleh dikecualikan, sudah terpenuhi, atau sudah dikecualikan.")
    rule_set = proposal.rule_set or proposal.programme.rule_sets.get(number=1)
    made = RuleOverride(proposal=proposal, rule_set=rule_set, code=code, sentence=unmet.sentence[:SENTENCE], by=by)
    _keep(made, reason)
    # Minutes of its own: those of the verification may be out already, or come only later.
    issue("ba_pengecualian", made, by=by)
    return made


def _keep(record, reason: str):
    if len(reason.strip()) < 10:
        raise ValidationError({"reason": "Tulis alasannya, sedikitnya satu kalimat pendek."})
    record.reason = reason.strip()
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as error:
        raise ValidationError("Ini sudah dicatat sebelumnya.") from error
    return record
