"""Jobs of earlier releases keep what their providers and targets are called now."""

from django.db import migrations

from gateway.core.ids import split_id

MODELS = {"VirtualMachine": "VirtualMachine", "Container": "Container"}
LONGEST_NAME = 300


def fill(apps, _schema_editor):
    jobs = apps.get_model("jobs", "Job").objects
    for provider in apps.get_model("inventory", "Provider").objects.iterator(chunk_size=200):
        named = {"scope_name": provider.name, "scope_kind": provider.kind_slug}
        jobs.filter(scope=provider.scope).update(**named)
    targets = jobs.exclude(target=None).values_list("target", flat=True).distinct()
    for target in list(targets):
        if (name := name_of(apps, target)) is not None:
            jobs.filter(target=target).update(target_name=name[:LONGEST_NAME])


def name_of(apps, target):
    type_name, local_id = split_id(target) or ("", "")
    parts = local_id.split(":", 2)
    if type_name not in MODELS or len(parts) != 3:
        return None
    provider, region, external_id = parts
    rows = apps.get_model("inventory", MODELS[type_name]).objects
    found = rows.filter(
        provider__public_id=provider, region=region, external_id=external_id
    ).values_list("name", flat=True)
    return found.first()


class Migration(migrations.Migration):

    dependencies = [
        ("inventory", "0013_region_sets"),
        ("jobs", "0006_names_rights_and_created"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
