"""Providers that are connected already get sources of what their kinds list since this release.

Without them, a list of volumes would be empty and complete until the next ``inventory.prune``.
"""

from django.db import migrations

# As of this release: what kinds list later, and what packages' kinds list, is added by that task.
LISTED = ("buckets", "key_pairs", "security_groups", "snapshots", "volumes")
KINDS = ("aws", "simulator")


def add_sources(apps, _schema_editor):
    source_of = apps.get_model("inventory", "Source")
    for provider in apps.get_model("inventory", "Provider").objects.filter(kind_slug__in=KINDS):
        source_of.objects.bulk_create(
            [
                source_of(provider=provider, region=region, resource=resource)
                for region in provider.regions
                for resource in LISTED
            ],
            batch_size=200,
            ignore_conflicts=True,
        )


class Migration(migrations.Migration):
    dependencies = [("inventory", "0012_source_absence")]
    operations = [migrations.RunPython(add_sources, migrations.RunPython.noop, elidable=True)]
