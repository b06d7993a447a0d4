"""Schedules that name machines keep the machines' names."""

from typing import Any

from django.db import migrations

PARTS_OF_ID = 3  # the provider's public id, the region, the cloud's own id


def fill(apps: Any, _schema_editor: Any) -> None:
    schedule_model = apps.get_model("jobs", "Schedule")
    for schedule in schedule_model.objects.iterator():
        ids = (schedule.arguments.get("selection") or {}).get("ids")
        if ids and "names" not in schedule.arguments:
            found = {local_id: names for local_id in ids if (names := _names(apps, local_id))}
            schedule.arguments = {**schedule.arguments, "names": found}
            schedule.save(update_fields=["arguments"])


def _names(apps: Any, local_id: str) -> dict[str, str] | None:
    parts = local_id.split(":", PARTS_OF_ID - 1)
    if len(parts) != PARTS_OF_ID:
        return None
    provider, region, external_id = parts
    rows = apps.get_model("inventory", "VirtualMachine").objects.filter(
        provider__public_id=provider, region=region, external_id=external_id
    )
    found = rows.values_list("name", "provider__name").first()
    return {"name": found[0], "provider": found[1]} if found else None


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0020_canonical_addresses"),
        ("jobs", "0006_names_rights_and_created"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
