"""Indexes by which PostgreSQL finds a part of a text: in the names of machines, and in the texts
that a search looks into. Without them, and on SQLite, each row is read.

They need the extension pg_trgm (postgresql.org/docs/current/pgtrgm.html). Since PostgreSQL 13
every user who may create objects in the database may create the extension, if its files are
installed. So each migration run creates the indexes afterwards, as soon as the extension exists,
and no single migration creates them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.core.checks import CheckMessage, Warning  # noqa: A004 - Django's name
from django.db import DatabaseError, connection, transaction

TABLE = "inventory_virtualmachine"
COLUMNS: Mapping[str, str] = MappingProxyType(
    {"machine_by_part_of_name": "name_folded", "machine_by_words": "search_text"}
)
PRESENT = "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND tablename = %s"
MISSING = "PostgreSQL finds a part of a name or a word only by a look at every machine."
HINT = (
    "Have a superuser of the database run CREATE EXTENSION pg_trgm (it may have to be installed: "
    "Debian has it in postgresql-contrib), then run manage.py migrate."
)


def make_text_indexes(**_signal: Any) -> None:
    """After a migration: make those that are missing, if the database user may."""
    if not missing() or not _has_columns() or not _has_extension():
        return
    with connection.cursor() as cursor:
        for name in missing():
            sql = f"CREATE INDEX {name} ON {TABLE} USING gin ({COLUMNS[name]} gin_trgm_ops)"
            cursor.execute(sql)


def check_text_indexes(*, databases: Any = None, **_: Any) -> list[CheckMessage]:
    """The check of ``manage.py check --database default``, and of ``migrate``."""
    if not databases or not _has_columns() or not missing():
        return []
    return [Warning(MISSING, hint=HINT, id="inventory.W001")]


def missing() -> list[str]:
    """The names of the indexes that are not there; on SQLite none is missing."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(PRESENT, [TABLE])
        present = {name for (name,) in cursor.fetchall()}
    return [name for name in COLUMNS if name not in present]


def _has_columns() -> bool:
    """Not before the first migration."""
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return False
        found = connection.introspection.get_table_description(cursor, TABLE)
    return {one.name for one in found}.issuperset(COLUMNS.values())


def _has_extension() -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        return False  # check_text_indexes says so
    return True
