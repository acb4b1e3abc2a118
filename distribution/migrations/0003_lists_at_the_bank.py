"""Lists that were sent before a second person released them are at the bank already."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("distribution", "0002_released_by_another")]
    operations = [
        migrations.RunSQL(
            "UPDATE distribution_disbursement SET released_at = sent_at WHERE released_at IS NULL",
            migrations.RunSQL.noop,
        )
    ]
