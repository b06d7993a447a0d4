"""Makes the triggers of roll-ups, fills roll-ups, and compares them with the rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from inventory.resources import Resource, all_resources
from inventory.rollups.columns import POSTGRESQL, SOURCE, columns, lines, rollup_table, table
from inventory.rollups.triggers import dropped, prefix, triggers

NAMES = {
    POSTGRESQL: "SELECT tgname FROM pg_trigger WHERE tgrelid = '{}'::regclass AND NOT tgisinternal",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{}'",
}


def rolled_up() -> Iterator[Resource]:
    return (one for one in all_resources() if one.rollup is not None)


def make_rollups(**_signal: Any) -> None:
    """After a migration: make the triggers that are missing, and fill their roll-ups anew.

    Not where the tables are those of another release, as after a migration backwards.
    """
    for resource in rolled_up():
        if _has_tables(resource) and not is_kept(resource):
            _make(resource)


def _has_tables(resource: Resource) -> bool:
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for model in filter(None, (resource.model, resource.rollup)):
            if table(model) not in present:
                return False
            found = connection.introspection.get_table_description(cursor, table(model))
            wanted = {one.column for one in model._meta.concrete_fields}  # noqa: SLF001 - Django's documented API
            if not wanted <= {one.name for one in found}:
                return False
    return True


def is_kept(resource: Resource) -> bool:
    """True if the database has this release's triggers."""
    return set(_present(resource)) == set(triggers(resource, connection.vendor))


@transaction.atomic
def _make(resource: Resource) -> None:
    """Making a trigger locks the table against writers until the transaction ends."""
    drop(resource)
    with connection.cursor() as cursor:
        for statements in triggers(resource, connection.vendor).values():
            for statement in statements:
                cursor.execute(statement)
    fill(resource)


def drop(resource: Resource) -> None:
    """Drop the triggers: nothing keeps the roll-up until ``make_rollups``."""
    with connection.cursor() as cursor:
        for name in _present(resource):
            for statement in dropped(resource, connection.vendor, name):
                cursor.execute(statement)


@contextmanager
def made_again() -> Iterator[None]:
    """Without triggers inside, for rows and lines that are written from a copy; then as
    ``make_rollups``. In a transaction, as nothing keeps the roll-ups meanwhile.
    """
    with transaction.atomic():
        for resource in rolled_up():
            drop(resource)
        yield
        make_rollups()


def fill(resource: Resource, *, source: int | None = None) -> None:
    """Count the rows again, of one source or all; others must not write these rows meanwhile."""
    rollup, names, rows = (
        rollup_table(resource),
        ", ".join(columns(resource)),
        table(resource.model),
    )
    limit = "" if source is None else f" WHERE {SOURCE} = {int(source)}"
    found = lines(resource, connection.vendor, f"(SELECT * FROM {rows}{limit})")  # noqa: S608 - names of our own, and a number
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {rollup}{limit}")  # noqa: S608 - as above
        cursor.execute(f"INSERT INTO {rollup} ({names}) {found}")


def sources_differing(resource: Resource) -> list[int]:
    """The sources whose lines are not what their rows come to. One statement."""
    names = ", ".join(columns(resource))
    there = f"SELECT {names} FROM {rollup_table(resource)}"  # noqa: S608 - names of our own
    counted = lines(resource, connection.vendor, table(resource.model))
    counted = f"SELECT {names} FROM ({counted}) l"  # noqa: S608 - as above
    pairs = ((there, counted), (counted, there))
    each = [f"SELECT {SOURCE} FROM ({one} EXCEPT {other}) d" for one, other in pairs]  # noqa: S608 - as above
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION '.join(each)} ORDER BY 1")
        return [pk for (pk,) in cursor.fetchall()]


def _present(resource: Resource) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(NAMES[connection.vendor].format(table(resource.model)))
        return [name for (name,) in cursor.fetchall() if name.startswith(prefix(resource))]
