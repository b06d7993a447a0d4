"""An index with all that groups of machines of the past by size and state read of present rows."""

from django.db import migrations

NAME = 'machine_groups_of_past'
TABLE = 'inventory_virtualmachine'
# A row of the table is ten times as long. Texts of greatest length fit into an entry of an index;
# with the region or the image they would not.
COLUMNS = 'id, provider_id, state, size_id, size_name, memory, vcpus, monthly_cost'


def create(_apps, schema_editor):
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute(
            f'CREATE INDEX {NAME} ON {TABLE} (source_id, recorded_since) INCLUDE ({COLUMNS})'
        )


def drop(_apps, schema_editor):
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute(f'DROP INDEX IF EXISTS {NAME}')


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0024_prices_of_sizes'),
    ]

    operations = [
        migrations.RunPython(create, drop),
    ]
