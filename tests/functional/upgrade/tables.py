"""The tables of Django's database, without the order of their columns, which a chain of migrations
and one migration leave different."""

import re

from django.db import connection

DEFINITIONS = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type IN ('index', 'trigger')",
    "postgresql": """
        SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
            FROM pg_constraint WHERE conrelid > 0
        UNION ALL SELECT table_name || ' ' || column_name || ' ' || column_default
            FROM information_schema.columns WHERE table_schema = 'public'""",
}
# The name of what `unique=True` makes depends on whether it came with its column or later.
# PostgreSQL writes the casts of a condition in another way after a dump, and with parentheses.
UNIQUE = re.compile(r"_[0-9a-f]{8}_uniq\b|_key\b")
CASTS = re.compile(r"::(character varying|text)(\[\])?|[()]")
KNOWN = ("columns", "primary_key", "unique", "foreign_key", "check", "index", "orders", "type")


def schema():
    """Columns and constraints by table; the database's own definitions under an empty name."""
    with connection.cursor() as cursor:
        cursor.execute(DEFINITIONS[connection.vendor])
        definitions = sorted(
            CASTS.sub("", UNIQUE.sub("_unique", line)) for (line,) in cursor.fetchall() if line
        )
        return {"": definitions} | {table: _described(cursor, table) for table in _names()}


def rows():
    """The number of rows of each table."""
    with connection.cursor() as cursor:
        counted = {}
        for table in _names():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
            [counted[table]] = cursor.fetchone()
        return counted


def _names():
    tables = connection.introspection.table_names()
    return [table for table in tables if table != "django_migrations"]


def _described(cursor, table):
    columns = connection.introspection.get_table_description(cursor, table)
    constraints = connection.introspection.get_constraints(cursor, table)
    return {
        "columns": sorted([str(value) for value in column] for column in columns),
        # SQLite numbers what has no name.
        "constraints": sorted(
            str([known[key] for key in KNOWN if key in known]) for known in constraints.values()
        ),
    }
