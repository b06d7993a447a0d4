"""The values that rows have of a tag key, as a table of SQL: ``row_id`` and ``value``.

A row has one line for each of its values of the key, however often the cloud lists it, and none
without it; an empty value is a value. Where there is a table of terms, its lines are
these. But terms are cut (``LONGEST_TERM``): where a value of the key may have been cut, such values
are read from the rows' own column, so that two that differ behind the cut are two.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from inventory.live.api import link_to
from inventory.models.terms import LONGEST_TERM
from inventory.resources import Resource
from inventory.resources.base import Filter

Sql = tuple[str, Sequence[Any]]
# A column of pairs as rows, and the two parts of a pair, by the database.
PAIRS = {
    "postgresql": ("jsonb_array_elements({}) AS pair(value)", "(pair.value ->> {})"),
    "sqlite": ("json_each({}) AS pair", "json_extract(pair.value, '$[{}]')"),
}


def tag_values(resource: Resource, column: str, one: Filter, key: str) -> Sql:
    """``one``: the filter by pairs, and ``column`` its JSON column.

    The rows are those of a table ``b`` of the query that it is a part of, by its ``row_id``; there
    may be others, which are not joined. Without a table of terms, ``b`` has the pairs of its rows.
    Asks the database whether a value may have been cut.
    """
    if one.terms is None:
        return _in_pairs("b", "b.row_id", "b.pairs"), [key]
    own = _in_table(resource, column)
    if len(key) >= LONGEST_TERM:
        return own, [key]
    table = one.terms._meta.db_table  # noqa: SLF001 - Django's documented API
    row = f"{link_to(one.terms, resource.model)}_id"
    # Not in the rows of b: that takes PostgreSQL from an index to a look at each row.
    terms = f"SELECT {row} AS row_id, value FROM {table} WHERE key = %s"  # noqa: S608 - names of our own tables
    if not _has_cut_values(table, key):
        return terms, [key]
    cut = f"{own} AND LENGTH({_part(1)}) >= {LONGEST_TERM}"
    return f"{terms} AND LENGTH(value) < {LONGEST_TERM} UNION {cut}", [key, key]


def _has_cut_values(table: str, key: str) -> bool:
    sql = f"SELECT 1 FROM {table} WHERE key = %s AND LENGTH(value) >= {LONGEST_TERM} LIMIT 1"  # noqa: S608 - as above
    with connection.cursor() as cursor:
        cursor.execute(sql, [key])
        return cursor.fetchone() is not None


def _in_table(resource: Resource, column: str) -> str:
    table = resource.model._meta.db_table  # noqa: SLF001 - Django's documented API
    found = _in_pairs(f"{table} v", "v.id", f"v.{column}")
    return f"{found} AND v.id IN (SELECT row_id FROM b)"  # noqa: S608 - as above


def _in_pairs(table: str, row: str, column: str) -> str:
    pairs = PAIRS[connection.vendor][0].format(column)
    return (
        f"SELECT DISTINCT {row} AS row_id, {_part(1)} AS value FROM {table}, {pairs} "  # noqa: S608 - names of our own tables
        f"WHERE {_part(0)} = %s"
    )


def _part(number: int) -> str:
    return PAIRS[connection.vendor][1].format(number)
