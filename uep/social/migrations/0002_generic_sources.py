"""The registers of the poor that every office knows; the office edits their dates and legal bases."""

from datetime import date

from django.db import migrations

DTSEN_BEGINS, DTKS_ENDS = date(2025, 2, 5), date(2025, 2, 4)  # Inpres 4/2025 of 5 February 2025
SOURCES = (
    {
        "code": "dtsen",
        "name": "Data Tunggal Sosial dan Ekonomi Nasional (DTSEN)",
        "legal_basis": "Inpres 4/2025, Permensos 3/2025, Kepmensos 245/HUK/2025",
        "valid_from": DTSEN_BEGINS,
        "valid_to": None,
        "fresh_months": 3,
    },
    {
        "code": "dtks",
        "name": "Data Terpadu Kesejahteraan Sosial (DTKS)",
        "legal_basis": "Permensos 3/2021",
        "valid_from": date(2021, 1, 1),
        "valid_to": DTKS_ENDS,
        "fresh_months": 3,
    },
    {
        "code": "p3ke",
        "name": "Pensasaran Percepatan Penghapusan Kemiskinan Ekstrem (P3KE)",
        "legal_basis": "Inpres 4/2022",
        "valid_from": date(2022, 6, 8),
        "valid_to": DTKS_ENDS,
        "fresh_months": 12,
    },
)


def seed(apps, schema_editor):
    Source = apps.get_model("social", "Source")
    for facts in SOURCES:
        Source.objects.get_or_create(code=facts["code"], defaults=facts)


class Migration(migrations.Migration):
    dependencies = [("social", "0001_social_registry")]

    # Backwards the rows stay: extracts may rest on them.
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
