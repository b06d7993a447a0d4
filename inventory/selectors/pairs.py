"""Rows by their tags or labels, each an exact pair of key and value."""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, F, Func, Model, Q, Value

from inventory.models.terms import LONGEST_TERM


def having_pairs(
    pairs: Sequence[tuple[str, str | None]] | None,
    *,
    terms: type[Model] | None,
    row: str,
    column: str,
) -> Iterator[Q]:
    """Rows that have every one of ``pairs``; with None for the value, its key.

    ``terms``: where their pairs stand once more, with an index, and ``row`` is its link to them;
    None: nowhere.
    ``column``: the JSON column of the row itself. Terms are cut, so that a long pair is compared
    there as well.
    """
    for key, value in pairs or ():
        if terms is None:
            yield Q(_HasPair(column, key, value))
            continue
        found = terms._default_manager.filter(key=key[:LONGEST_TERM])  # noqa: SLF001 - Django's documented API
        if value is not None:
            found = found.filter(value=value[:LONGEST_TERM])
        yield Q(pk__in=found.values(row))
        if max(len(key), len(value or "")) >= LONGEST_TERM:
            yield Q(_HasPair(column, key, value))


def having_items(columns: Sequence[str], items: Sequence[str]) -> Iterator[Q]:
    """Rows that have one of ``items`` in one of ``columns``: JSON lists of texts; ignores case."""
    each = (Q(_HasItem(column, items)) for column in columns)
    yield reduce(or_, each, Q(pk__in=[]))


class _HasItem(Func):
    """True if a JSON list of texts has one of these, case-insensitively."""

    output_field = BooleanField()

    def __init__(self, column: str, items: Sequence[str]) -> None:
        wanted = dict.fromkeys(item.lower() for item in items)
        super().__init__(F(column), *map(Value, wanted))

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> Any:  # noqa: ARG002 - Django's signature
        return self._exists(compiler, "json_each({}) AS item")

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> Any:  # noqa: ARG002 - Django's signature
        return self._exists(compiler, "jsonb_array_elements_text({}) AS item(value)")

    def _exists(self, compiler: Any, items: str) -> Any:
        (column, params), *wanted = map(compiler.compile, self.get_source_expressions())
        places = ", ".join(sql for sql, _bound in wanted)
        sql = f"EXISTS (SELECT 1 FROM {items.format(column)} WHERE LOWER(item.value) IN ({places}))"  # noqa: S608 - values are parameters
        return sql, [*params, *(one for _sql, bound in wanted for one in bound)]


class _HasPair(Func):
    """True if a JSON list of pairs has one with this key, and this value unless it is None.

    PostgreSQL's containment of JSON (``@>``) ignores the order within a pair.
    """

    output_field = BooleanField()

    def __init__(self, column: str, key: str, value: str | None) -> None:
        wanted = [key] if value is None else [key, value]
        super().__init__(F(column), *map(Value, wanted))

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> Any:  # noqa: ARG002 - Django's signature
        items = ("json_extract(pair.value, '$[0]')", "json_extract(pair.value, '$[1]')")
        return self._exists(compiler, "json_each({}) AS pair", items)

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> Any:  # noqa: ARG002 - Django's signature
        items = ("(pair.value ->> 0)", "(pair.value ->> 1)")
        return self._exists(compiler, "jsonb_array_elements({}) AS pair(value)", items)

    def _exists(self, compiler: Any, pairs: str, items: tuple[str, str]) -> Any:
        """``pairs``: the rows that the database makes of the column; ``items``: their two parts."""
        (column, params), *wanted = map(compiler.compile, self.get_source_expressions())
        tests = [f"{item} = {sql}" for item, (sql, _bound) in zip(items, wanted, strict=False)]
        sql = f"EXISTS (SELECT 1 FROM {pairs.format(column)} WHERE {' AND '.join(tests)})"  # noqa: S608 - values are parameters
        return sql, [*params, *(one for _sql, bound in wanted for one in bound)]
