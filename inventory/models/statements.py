"""Statements that are written by hand, because the ORM takes longer to write them than the database
to answer them.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection

from inventory.models.conversion import converted
from inventory.models.loading import LightlyLoaded

L = TypeVar("L", bound=LightlyLoaded)
# A condition, and its parameters.
Sql = tuple[str, Sequence[Any]]


def among(column: str, values: Collection[Any]) -> Sql:
    """The condition that ``column`` is one of ``values``."""
    return (f"{column} IN ({', '.join(['%s'] * len(values))})" if values else "1 = 0", [*values])


def where(conditions: Iterable[Sql]) -> Sql:
    """The condition that all ``conditions`` are met: there is one at least."""
    every = list(conditions)
    return (
        " AND ".join(f"({condition})" for condition, _ in every),
        [value for _, values in every for value in values],
    )


class TableColumns(Generic[L]):
    """All columns of a model, for a statement that is written by hand with ``alias``."""

    def __init__(self, model: type[L], alias: str) -> None:
        self._model = model
        self._alias = alias
        self._columns = [
            field.get_col(alias)
            for field in model._meta.concrete_fields  # noqa: SLF001 - Django's documented API
        ]
        self.names = [column.target.attname for column in self._columns]

    @cached_property
    def table(self) -> str:
        """As FROM and JOIN take it."""
        return f"{self._model._meta.db_table} {self._alias}"  # noqa: SLF001 - Django's documented API

    @cached_property
    def sql(self) -> str:
        """As SELECT takes them. Names of columns are plain words, so that none is quoted."""
        return ", ".join(f'{self._alias}."{column.target.column}"' for column in self._columns)

    def load(self, rows: Iterable[Sequence[Any]]) -> list[L]:
        """The rows of the model with these values, as the database returned them."""
        found: Any = self._columns
        converters = {
            position: (functions, column)
            for position, column in enumerate(found)
            if (
                functions := connection.ops.get_db_converters(column)
                + column.get_db_converters(connection)
            )
        }
        values = converted(list(rows), converters, connection)
        return [self._model.from_db(connection.alias, self.names, one) for one in values]

    def find(self, *conditions: Sql) -> list[L]:
        """The rows that meet all ``conditions`` on the alias, in no order."""
        condition, values = where(conditions)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {self.sql} FROM {self.table} WHERE {condition}", list(values))  # noqa: S608 - text of our own modules
            found = cursor.fetchall()
        return self.load(found)
