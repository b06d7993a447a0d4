"""Indexes that SQLite has no use for: of versions, in the order of a list."""

from django.db import migrations

TABLE = 'inventory_pastrow'
STATE = "((facts ->> 'state')::varchar(20))"
NAME = "((facts ->> 'name')::varchar(300))"
# Versions are found as present rows are: by name, and by state and name. The columns that the time
# of a version is compared with come last, so that versions of another time are not read.
INDEXES = {
    'past_row_by_name': f'{NAME}, row_key, until, since',
    'past_row_by_state_name': f'{STATE}, {NAME}, row_key, until, since',
}


def create(_apps, schema_editor):
    if schema_editor.connection.vendor != 'postgresql':
        return
    for name, columns in INDEXES.items():
        schema_editor.execute(f'CREATE INDEX {name} ON {TABLE} ({columns})')


def drop(_apps, schema_editor):
    if schema_editor.connection.vendor == 'postgresql':
        for name in INDEXES:
            schema_editor.execute(f'DROP INDEX IF EXISTS {name}')


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0019_rollup'),
    ]

    operations = [
        migrations.RunPython(create, drop),
    ]
