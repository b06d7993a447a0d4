"""A condition on JSON columns that hold lists of texts, on both databases."""

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, F, Func, Value

TEMPLATES = {
    "sqlite": "EXISTS (SELECT 1 FROM json_each({column}) AS entry WHERE entry.value IN ({values}))",
    "postgresql": "EXISTS (SELECT 1 FROM jsonb_array_elements_text({column}) AS entry"
    " WHERE entry IN ({values}))",
}


class HoldsAny(Func):
    """True if the list in ``column`` has one of ``values``, of which there is at least one."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, column: str, values: Sequence[str]) -> None:
        super().__init__(F(column), *map(Value, values))

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, *_: Any, **__: Any
    ) -> tuple[str, list[Any]]:
        (column, params), *values = map(compiler.compile, self.get_source_expressions())
        listed = ", ".join(sql for sql, _ in values)
        text = TEMPLATES[connection.vendor].format(column=column, values=listed)
        return text, [*params, *(one for _, given in values for one in given)]
