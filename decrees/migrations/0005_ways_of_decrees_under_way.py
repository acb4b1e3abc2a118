"""Decrees that are on their way keep the way on which they were sent: through every desk up to their signatory."""

from django.db import migrations

HEAD = '[["secretary", "endorse"], ["office_head", "sign"]]'
REGENT = '[["secretary", "endorse"], ["office_head", "endorse"], ["regent", "sign"]]'


class Migration(migrations.Migration):
    dependencies = [("decrees", "0004_routes_revocations_and_corrections")]

    operations = [
        migrations.RunSQL(
            f"""
            UPDATE decrees_decree
               SET route = (CASE signatory_role WHEN 'regent' THEN '{REGENT}' ELSE '{HEAD}' END)::jsonb
             WHERE stage IN ('going_up', 'endorsed', 'at_regent') AND route = '[]'::jsonb
            """,  # noqa: S608 - words of our own
            migrations.RunSQL.noop,
        )
    ]
