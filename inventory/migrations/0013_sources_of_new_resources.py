"""Providers that are connected already get sources of what their kinds list since this release.

Without them, a list of volumes would be empty and complete until the next ``inventory.prune``.
"""

from django.db import migrations

from inventory.providers import UnknownKind, get_kind
from inventory.providers.capability import LISTINGS


def add_sources(apps, _schema_editor):
    source_of = apps.get_model("inventory", "Source")
    for provider in apps.get_model("inventory", "Provider").objects.all():
        try:
            kind = get_kind(provider.kind_slug, provider.driver)
        except UnknownKind:  # its package is not installed any more
            continue
        listed = {one.resource for one in kind.capabilities & LISTINGS} - {"regions"}
        source_of.objects.bulk_create(
            [
                source_of(provider=provider, region=region, resource=resource)
                for region in provider.regions
                for resource in sorted(listed)
            ],
            batch_size=200,
            ignore_conflicts=True,
        )


class Migration(migrations.Migration):
    dependencies = [("inventory", "0012_source_absence")]
    operations = [migrations.RunPython(add_sources, migrations.RunPython.noop, elidable=True)]
