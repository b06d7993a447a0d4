"""The triggers that keep a roll-up, as SQL.

PostgreSQL's are run once for a statement, over all rows that it wrote, or for a TRUNCATE. SQLite
has only triggers that are run for each row, and no TRUNCATE.

On SQLite most changes of a table make it anew, without its triggers; on PostgreSQL triggers fail
when a column that they name is gone. ``upkeep.make_rollups`` makes them after each migration; a
migration that renames or drops such a column, and writes rows afterwards, drops them itself.
"""

import hashlib
from collections.abc import Iterator, Mapping

from inventory.resources import Resource
from inventory.rollups.columns import (
    KEY,
    NUMBER,
    POSTGRESQL,
    SOURCE,
    columns,
    dimensions,
    key,
    lines,
    measures,
    rollup_table,
    summed,
    table,
)

EVENTS = ("INSERT", "UPDATE", "DELETE")
TRUNCATE = "TRUNCATE"
# PostgreSQL's tables of the rows that a statement wrote, before and after.
BOTH = """(SELECT 1 AS sign, n.* FROM new_rows n UNION ALL SELECT -1, o.* FROM old_rows o)"""
REFERENCING = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}


def prefix(resource: Resource) -> str:
    """The prefix of the names of its triggers and functions."""
    return f"{rollup_table(resource)}_"


def triggers(resource: Resource, vendor: str) -> Mapping[str, list[str]]:
    """The statements that make each trigger, by its name, which differs for other statements."""
    if vendor == POSTGRESQL:
        found = [_named(resource, event, _on_postgresql(resource, event)) for event in EVENTS]
        return dict([*found, _named(resource, TRUNCATE, _on_truncate(resource))])
    return dict(_named(resource, event, _on_sqlite(resource, event)) for event in EVENTS)


def dropped(resource: Resource, vendor: str, name: str) -> Iterator[str]:
    """The statements that drop a trigger."""
    if vendor == POSTGRESQL:
        yield f"DROP TRIGGER {name} ON {table(resource.model)}"
        yield f"DROP FUNCTION {name}()"
    else:
        yield f"DROP TRIGGER {name}"


def _named(resource: Resource, event: str, statements: list[str]) -> tuple[str, list[str]]:
    text = "\n".join(statements).encode()
    digest = hashlib.blake2b(text, digest_size=4).hexdigest()
    name = f"{prefix(resource)}{event.lower()}_{digest}"
    return name, [one.replace("{name}", name) for one in statements]


def _on_postgresql(resource: Resource, event: str) -> list[str]:
    """The lines that become empty are deleted."""
    rollup = rollup_table(resource)
    function = f"""CREATE OR REPLACE FUNCTION {{name}}() RETURNS trigger AS $$
        DECLARE emptied bigint[];
        BEGIN
            WITH changes AS ({_changes(resource, event)}), written AS ({_written(resource, event)}
                RETURNING {rollup}.id, {rollup}.{NUMBER})
            SELECT array_agg(id) INTO emptied FROM written WHERE {NUMBER} = 0;
            IF emptied IS NOT NULL THEN
                DELETE FROM {rollup} WHERE id = ANY(emptied);
            END IF;
            RETURN NULL;
        END; $$ LANGUAGE plpgsql"""  # noqa: S608 - names of our own
    trigger = f"""CREATE TRIGGER {{name}} AFTER {event} ON {table(resource.model)}
        REFERENCING {REFERENCING[event]} FOR EACH STATEMENT EXECUTE FUNCTION {{name}}()"""
    return [function, trigger]


def _on_truncate(resource: Resource) -> list[str]:
    function = f"""CREATE OR REPLACE FUNCTION {{name}}() RETURNS trigger AS $$
        BEGIN DELETE FROM {rollup_table(resource)}; RETURN NULL; END; $$ LANGUAGE plpgsql"""  # noqa: S608 - names of our own
    trigger = f"""CREATE TRIGGER {{name}} AFTER {TRUNCATE} ON {table(resource.model)}
        FOR EACH STATEMENT EXECUTE FUNCTION {{name}}()"""
    return [function, trigger]


def _changes(resource: Resource, event: str) -> str:
    """The amounts that a statement adds to each line."""
    if event != "UPDATE":
        rows, sign = ("new_rows", "1") if event == "INSERT" else ("old_rows", "-1")
        return lines(resource, POSTGRESQL, rows, sign=sign)
    # A line to which nothing is added is left alone: most updates change no column of the roll-up.
    changed = " OR ".join(f"c.{name} <> 0" for name in measures(resource))
    both = lines(resource, POSTGRESQL, BOTH, sign="r.sign")
    return f"SELECT * FROM ({both}) c WHERE {changed}"  # noqa: S608 - names of our own


def _written(resource: Resource, event: str) -> str:
    """A deletion makes no line: those of a source may have been deleted before its rows."""
    rollup = rollup_table(resource)
    if event != "DELETE":
        names = ", ".join(columns(resource))
        return f"INSERT INTO {rollup} ({names}) SELECT {names} FROM changes {_merged(resource)}"  # noqa: S608 - as above
    added = ", ".join(f"{name} = {rollup}.{name} + c.{name}" for name in measures(resource))
    return f"""UPDATE {rollup} SET {added} FROM changes c
        WHERE {rollup}.{SOURCE} = c.{SOURCE} AND {rollup}.{KEY} = c.{KEY}"""  # noqa: S608 - as above


def _merged(resource: Resource) -> str:
    rollup = rollup_table(resource)
    added = ", ".join(f"{name} = {rollup}.{name} + excluded.{name}" for name in measures(resource))
    return f"ON CONFLICT ({SOURCE}, {KEY}) DO UPDATE SET {added}"


def _on_sqlite(resource: Resource, event: str) -> list[str]:
    steps = []
    if event != "INSERT":
        steps += _taken_away(resource)
    if event != "DELETE":
        steps.append(_added(resource))
    when = ""
    if event == "UPDATE":
        names = (SOURCE, *dimensions(resource), *summed(resource))
        when = " WHEN " + " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in names)
    body = "; ".join(steps)
    return [
        f"CREATE TRIGGER {{name}} AFTER {event} ON {table(resource.model)}{when} BEGIN {body}; END"
    ]


def _added(resource: Resource) -> str:
    own = [f"NEW.{name}" for name in dimensions(resource)]
    numbers = [value.format(row="NEW") for value in measures(resource).values()]
    values = [f"NEW.{SOURCE}", key(resource, "sqlite", "NEW"), *own, *numbers]
    names = ", ".join(columns(resource))
    return f"""INSERT INTO {rollup_table(resource)} ({names}) VALUES ({", ".join(values)})
        {_merged(resource)}"""  # noqa: S608 - names of our own


def _taken_away(resource: Resource) -> list[str]:
    rollup = rollup_table(resource)
    line = f"{SOURCE} = OLD.{SOURCE} AND {KEY} = {key(resource, 'sqlite', 'OLD')}"
    less = ", ".join(
        f"{name} = {name} - {value.format(row='OLD')}" for name, value in measures(resource).items()
    )
    return [
        f"UPDATE {rollup} SET {less} WHERE {line}",  # noqa: S608 - names of our own
        f"DELETE FROM {rollup} WHERE {line} AND {NUMBER} = 0",  # noqa: S608 - as above
    ]
