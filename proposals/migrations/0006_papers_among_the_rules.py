"""The papers that a programme required until now, written into each of its versions of the rules."""

from django.db import migrations


def write(apps, schema_editor):
    requirements = apps.get_model("proposals", "Requirement")
    rule_sets = apps.get_model("proposals", "RuleSet")
    settings = apps.get_model("proposals", "RuleSetting")
    papers = {}
    asked = requirements.objects.filter(owner="household", needed_from__in=["submitted", "complete"], is_required=True)
    for row in asked.order_by("order", "pk"):
        papers.setdefault(row.programme_id, []).append([row.code, row.label])
    settings.objects.bulk_create(
        settings(
            rule_set=rule_set, code="papers", level="fail", parameters={"papers": papers.get(rule_set.programme_id, [])}
        )
        for rule_set in rule_sets.objects.exclude(settings__code="papers").order_by("pk")
    )


class Migration(migrations.Migration):
    dependencies = [("proposals", "0005_reopen_on_an_objection")]

    # Backwards the settings stay: they are history, and the rules of that time pass over a code that they do not know.
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
