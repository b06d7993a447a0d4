"""The values that rows have of a tag key, as a table of SQL: ``row_id`` and ``value``.

A row has one line for each of its values of the key, however often the cloud lists it, and none
if it lacks the key; an empty value is a value. Texts in tables of terms are cut
(``LONGEST_TERM``), so that the values that may have been cut are read from the row's own column:
two that differ behind the cut are two.
"""

from collections.abc import Sequence
from typing import Any

from inventory.live.api import link_to
from inventory.models.search_index import LONGEST_TERM
from inventory.resources import Resource
from inventory.resources.base import Filter

Sql = tuple[str, Sequence[Any]]
# A column of pairs as rows, and the two parts of a pair, by the database.
PAIRS = {
    "postgresql": ("jsonb_array_elements({}) AS pair(value)", "(pair.value ->> {})"),
    "sqlite": ("json_each({}) AS pair", "json_extract(pair.value, '$[{}]')"),
}


def tag_values(resource: Resource, column: str, one: Filter, key: str, vendor: str) -> Sql:
    """``one``: the filter by pairs, and ``column`` its JSON column. ``vendor``: of the database.

    The rows are those of a table ``b`` of the query that it is a part of, by its ``row_id``.
    """
    own = _in_rows(resource, column, key, vendor)
    if one.terms is None or len(key) >= LONGEST_TERM:
        return own
    table = one.terms._meta.db_table  # noqa: SLF001 - Django's documented API
    row = f"{link_to(one.terms, resource.model)}_id"
    terms = f"FROM {table} WHERE key = %s AND {row} IN (SELECT row_id FROM b)"  # noqa: S608 - names of our own tables
    longest = f"LENGTH(value) >= {LONGEST_TERM}"
    sql, parameters = own
    cut = f"{sql} AND v.id IN (SELECT {row} {terms} AND {longest}) AND {_long(vendor)}"
    whole = f"SELECT {row} AS row_id, value {terms} AND NOT {longest}"
    return f"{whole} UNION {cut}", [key, *parameters, key]


def _in_rows(resource: Resource, column: str, key: str, vendor: str) -> Sql:
    pairs, part = PAIRS[vendor]
    table = resource.model._meta.db_table  # noqa: SLF001 - Django's documented API
    sql = (
        f"SELECT DISTINCT v.id AS row_id, {part.format(1)} AS value "  # noqa: S608 - names of our own tables
        f"FROM {table} v, {pairs.format(f'v.{column}')} "
        f"WHERE v.id IN (SELECT row_id FROM b) AND {part.format(0)} = %s"
    )
    return sql, [key]


def _long(vendor: str) -> str:
    return f"LENGTH({PAIRS[vendor][1].format(1)}) >= {LONGEST_TERM}"
