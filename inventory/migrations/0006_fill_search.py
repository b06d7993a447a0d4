"""Machines that are stored already become searchable as those to come; PostgreSQL gets an index
for free text where its extension pg_trgm can be had."""

from django.db import DatabaseError, migrations, transaction

BATCH = 500
LONGEST_TERM = 300


def fill(apps, _schema_editor):
    machines = apps.get_model("inventory", "VirtualMachine")
    last = 0
    while batch := list(machines.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        for machine in batch:
            machine.search_text = searchable(machine)
        machines.objects.bulk_update(batch, ["search_text"], batch_size=100)
        apps.get_model("inventory", "MachineTag").objects.bulk_create(
            [tag for machine in batch for tag in tags_of(apps, machine)], batch_size=200
        )
        apps.get_model("inventory", "MachineAddress").objects.bulk_create(
            [address for machine in batch for address in addresses_of(apps, machine)],
            batch_size=200,
        )


def searchable(machine):
    words = [
        machine.name,
        machine.external_id,
        machine.size_name,
        machine.size_id,
        machine.image_name,
        machine.image_id,
        machine.location_name,
        *machine.public_ips,
        *machine.private_ips,
        *(f"{key}={value}" for key, value in machine.tags),
    ]
    return "\n".join(dict.fromkeys(word.lower() for word in words if word))


def tags_of(apps, machine):
    model = apps.get_model("inventory", "MachineTag")
    for key, value in machine.tags:
        yield model(machine=machine, key=key[:LONGEST_TERM], value=value[:LONGEST_TERM])


def addresses_of(apps, machine):
    model = apps.get_model("inventory", "MachineAddress")
    for address in dict.fromkeys([*machine.public_ips, *machine.private_ips]):
        yield model(machine=machine, address=address[:LONGEST_TERM].lower())


def index_free_text(_apps, schema_editor):
    """Without the extension free text is still found, by reading the machines' texts."""
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            schema_editor.execute(
                "CREATE INDEX machine_by_text ON inventory_virtualmachine"
                " USING gin (search_text gin_trgm_ops)"
            )
    except DatabaseError:
        print("pg_trgm cannot be had here: free text is searched without an index.")


class Migration(migrations.Migration):

    dependencies = [
        ("inventory", "0005_search"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(index_free_text, migrations.RunPython.noop),
    ]
