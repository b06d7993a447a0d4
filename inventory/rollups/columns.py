"""The columns of a roll-up, and the SQL that makes them of rows.

A row counts with a *sign*: 1 where it is added, -1 where it is taken away. ``{row}`` is the alias
of the rows. All names are our own.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from inventory.resources import Resource
from inventory.resources.groups import sums
from inventory.resources.priced import COLUMN, has_costs

NUMBER, KEY, SOURCE = "number", "key", "source_id"
KNOWN = "_known"
DOLLARS, MICROS, PRICED = "cost_dollars", "cost_micros", "priced"
MICRO = 1_000_000
POSTGRESQL = "postgresql"
# The key of a line, made of its dimensions. Only PostgreSQL bounds the length of indexed values.
KEYS = {
    POSTGRESQL: "encode(sha256(convert_to(json_build_array({})::text, 'UTF8')), 'hex')",
    "sqlite": "json_array({})",
}


def table(model: type[Any]) -> str:
    name: str = model._meta.db_table  # noqa: SLF001 - Django's documented API
    return name


def rollup_table(resource: Resource) -> str:
    """Raises TypeError for a resource without a roll-up."""
    if resource.rollup is None:
        raise TypeError(f"{resource.type_name} has no roll-up.")
    return table(resource.rollup)


def dimensions(resource: Resource) -> tuple[str, ...]:
    """The columns in which the rows of a line are alike, beside their source."""
    if resource.rollup is None:
        return ()
    counted = {NUMBER, KEY, SOURCE, "id", *measures(resource)}
    columns = [one.column for one in resource.rollup._meta.concrete_fields]  # noqa: SLF001 - Django's documented API
    return tuple(name for name in columns if name not in counted)


def measures(resource: Resource) -> Mapping[str, str]:
    """The amounts that a row adds to a line, as SQL with ``{row}``, by the line's columns."""
    return dict(_measures(resource))


def _measures(resource: Resource) -> Iterator[tuple[str, str]]:
    yield NUMBER, "1"
    for name in sums(resource):
        yield name, f"COALESCE({{row}}.{name}, 0)"
        yield f"{name}{KNOWN}", f"(CASE WHEN {{row}}.{name} IS NULL THEN 0 ELSE 1 END)"
    if has_costs(resource):
        cost = f"{{row}}.{COLUMN}"
        yield DOLLARS, f"COALESCE({cost} / {MICRO}, 0)"
        yield MICROS, f"COALESCE({cost} % {MICRO}, 0)"
        yield PRICED, f"(CASE WHEN {cost} IS NULL THEN 0 ELSE 1 END)"


def summed(resource: Resource) -> tuple[str, ...]:
    """The columns of rows that are summed up."""
    return (*sums(resource), *((COLUMN,) if has_costs(resource) else ()))


def key(resource: Resource, vendor: str, row: str) -> str:
    return KEYS[vendor].format(", ".join(f"{row}.{name}" for name in dimensions(resource)))


def columns(resource: Resource) -> tuple[str, ...]:
    """Those of a line, in the order of ``lines``."""
    return (SOURCE, KEY, *dimensions(resource), *measures(resource))


def lines(resource: Resource, vendor: str, rows: str, *, sign: str = "1") -> str:
    """The lines that ``rows``, a table of SQL with the alias ``r``, come to.

    ``sign``: of each row, as SQL.
    """
    alike = ", ".join(f"r.{name}" for name in (SOURCE, *dimensions(resource)))
    keys = f"r.{SOURCE}, {key(resource, vendor, 'r')} AS {KEY}"
    own = ", ".join(f"r.{name}" for name in dimensions(resource))
    cast = "CAST(SUM({}) AS bigint) AS {}"
    added = ", ".join(
        cast.format(f"{sign} * {value.format(row='r')}", name)
        for name, value in measures(resource).items()
    )
    return f"SELECT {keys}, {own}, {added} FROM {rows} r GROUP BY {alike}"  # noqa: S608 - see above
