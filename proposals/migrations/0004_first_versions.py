"""Version 1 of the rules for programmes that were there before versions: what they were judged by until now."""

from django.db import migrations

# As the rules stood in code on that day; later ones come from proposals.eligibility.
PAYROLL = {"groups": ["pensioner", "asn", "tni", "polri", "village"], "family": True}


def first_settings(programme):
    return [
        (
            "age",
            "fail",
            {"min_age": programme.min_age, "max_age": programme.max_age, "on": programme.age_on.isoformat()},
        ),
        (
            "social",
            "fail",
            {"sources": ["DTSEN", "DTKS", "P3KE"], "max_desil": programme.max_desil, "unlisted": True},
        ),
        ("business", "fail", {"min_years": 0}),
        ("one_per_kk", "fail", {}),
        ("earlier", "warn", {"years": 3}),
        ("payroll", "fail", PAYROLL),
        ("kinship", "warn", {}),
        ("dead", "fail", {}),
    ]


def write(apps, schema_editor):
    programmes = apps.get_model("proposals", "Programme")
    rule_sets = apps.get_model("proposals", "RuleSet")
    settings = apps.get_model("proposals", "RuleSetting")
    for programme in programmes.objects.filter(rule_sets=None).order_by("pk"):
        first = rule_sets.objects.create(
            programme=programme,
            number=1,
            stage="in_force",
            note="Aturan saat program dibuat",
            made_by_id=programme.created_by_id,
            made_at=programme.created_at,
            in_force_at=programme.created_at,
            in_force_by_id=programme.created_by_id,
        )
        settings.objects.bulk_create(
            settings(rule_set=first, code=code, level=level, parameters=parameters)
            for code, level, parameters in first_settings(programme)
        )


class Migration(migrations.Migration):
    dependencies = [("proposals", "0003_exceptions")]

    # Backwards the versions stay: they are history, and 0002 takes their tables away.
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
