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


def tag_values(resource: Resource, column: str, one: Filter, key: str, of: Sql) -> Sql:
    """``one``: the filter by pairs, and ``column`` its JSON column. ``of``: the resource's table.

    The rows are those of a table ``b`` of the query that it is a part of, by its ``row_id``; there
    may be others, which are not joined. Asks the database whether a value may have been cut.
    """
    own = _in_rows(of, column, key)
    if one.terms is None or len(key) >= LONGEST_TERM:
        return own
    table = one.terms._meta.db_table  # noqa: SLF001 - Django's documented API
    row = f"{link_to(one.terms, resource.model)}_id"
    # Not in the rows of b: that takes PostgreSQL from an index to a look at each row.
    terms = f"SELECT {row} AS row_id, value FROM {table} WHERE key = %s"  # noqa: S608 - names of our own tables
    if not _has_cut_values(table, key):
        return terms, [key]
    sql, parameters = own
    cut = f"{sql} AND LENGTH({_part(1)}) >= {LONGEST_TERM}"
    return f"{terms} AND LENGTH(value) < {LONGEST_TERM} UNION {cut}", [key, *parameters]


def _has_cut_values(table: str, key: str) -> bool:
    sql = f"SELECT 1 FROM {table} WHERE key = %s AND LENGTH(value) >= {LONGEST_TERM} LIMIT 1"  # noqa: S608 - as above
    with connection.cursor() as cursor:
        cursor.execute(sql, [key])
        return cursor.fetchone() is not None


def _in_rows(of: Sql, column: str, key: str) -> Sql:
    pairs = PAIRS[connection.vendor][0].format(f"v.{column}")
    table, parameters = of
    sql = (
        f"SELECT DISTINCT v.id AS row_id, {_part(1)} AS value FROM {table} v, {pairs} "  # noqa: S608 - as above
        f"WHERE v.id IN (SELECT row_id FROM b) AND {_part(0)} = %s"
    )
    return sql, [*parameters, key]


def _part(number: int) -> str:
    return PAIRS[connection.vendor][1].format(number)
