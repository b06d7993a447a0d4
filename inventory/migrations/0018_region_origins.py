"""Which regions of a provider a user named, which were assumed, and which are not listed any more.

The last release did not record which regions were assumed, so none counts as assumed.
"""

from django.db import migrations, models
from django.db.models import F


def fill_named_regions(apps, _schema_editor):
    providers = apps.get_model("inventory", "Provider").objects
    providers.filter(every_region=False).update(named_regions=F("regions"))


class Migration(migrations.Migration):

    dependencies = [
        ("inventory", "0017_problem"),
    ]

    operations = [
        migrations.AddField(
            model_name="provider",
            name="named_regions",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="provider",
            name="assumed_regions",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="provider",
            name="unlisted_regions",
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(fill_named_regions, migrations.RunPython.noop),
    ]
