"""A condition on JSON columns that hold lists of texts, on both databases."""

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, F, Func, Value

SQLITE = "EXISTS (SELECT 1 FROM json_each({column}) AS entry WHERE entry.value IN ({values}))"
POSTGRESQL = (
    "EXISTS (SELECT 1 FROM jsonb_array_elements_text({column}) AS entry WHERE entry IN ({values}))"
)


class HoldsAny(Func):
    """True if the list in ``column`` has one of ``values``, of which there is at least one."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, column: str, values: Sequence[str]) -> None:
        super().__init__(F(column), *map(Value, values))

    def as_sqlite(self, compiler: Any, _connection: Any, **_: Any) -> tuple[str, list[Any]]:
        return self._filled(SQLITE, compiler)

    def as_postgresql(self, compiler: Any, _connection: Any, **_: Any) -> tuple[str, list[Any]]:
        return self._filled(POSTGRESQL, compiler)

    def _filled(self, template: str, compiler: Any) -> tuple[str, list[Any]]:
        (column, params), *values = map(compiler.compile, self.get_source_expressions())
        text = template.format(column=column, values=", ".join(sql for sql, _ in values))
        return text, [*params, *(one for _, given in values for one in given)]
