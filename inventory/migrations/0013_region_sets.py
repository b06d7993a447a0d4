"""The set of regions of a provider that was connected with "all" becomes a source of its own."""

from django.db import migrations, models

# The kinds of the last release whose clouds list their regions. A kind of a plug-in gets the
# source when its provider is next checked.
KINDS = ("aws", "kubernetes", "openstack")


def add_region_sets(apps, _schema_editor):
    providers = apps.get_model("inventory", "Provider").objects
    apps.get_model("inventory", "Source").objects.bulk_create(
        [
            apps.get_model("inventory", "Source")(
                provider=provider, region="all", resource="regions"
            )
            for provider in providers.filter(every_region=True, kind_slug__in=KINDS)
        ],
        batch_size=200,
        ignore_conflicts=True,
    )


def remove_region_sets(apps, _schema_editor):
    apps.get_model("inventory", "Source").objects.filter(resource="regions").delete()


class Migration(migrations.Migration):

    dependencies = [
        ("inventory", "0012_launched_at"),
    ]

    operations = [
        migrations.AlterField(
            model_name="source",
            name="resource",
            field=models.CharField(
                choices=[
                    ("virtual_machines", "Virtual Machines"),
                    ("containers", "Containers"),
                    ("sizes", "Sizes"),
                    ("images", "Images"),
                    ("locations", "Locations"),
                    ("regions", "Regions"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddField(
            model_name="providercheck",
            name="regions_error",
            field=models.JSONField(null=True),
        ),
        migrations.RunPython(add_region_sets, remove_region_sets),
    ]
