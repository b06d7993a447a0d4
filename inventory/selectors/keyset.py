"""A total order of lines of SQL by several columns, and the lines behind a given one.

A value that is null comes last, whichever the direction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Sql = tuple[str, Sequence[Any]]
LARGEST = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class OrderColumn:
    """``number``: its values are whole numbers; else they are texts."""

    name: str
    descending: bool = False
    number: bool = False

    @property
    def sql(self) -> str:
        return f"{self.name} IS NULL, {self.name} {'DESC' if self.descending else 'ASC'}"

    def text_of(self, value: Any) -> str:
        """As a cursor has it."""
        return "" if value is None else f"={value}"

    def value_of(self, text: str) -> Any:
        """The value that ``text_of`` turned into ``text``. Raises ValueError."""
        if not text:
            return None
        if text[0] != "=":
            raise ValueError(text)
        if not self.number:
            return text[1:]
        number = int(text[1:])
        if abs(number) > LARGEST:
            raise ValueError(text)
        return number


@dataclass(frozen=True, slots=True)
class KeysetOrder:
    """``columns``: no two lines are alike in all of them."""

    columns: tuple[OrderColumn, ...]

    @property
    def sql(self) -> str:
        return ", ".join(column.sql for column in self.columns)

    def behind(self, place: Sequence[Any]) -> Sql:
        """A condition that only lines behind the one with these values meet."""
        condition = "1 = 0"
        values: list[Any] = []
        for column, value in reversed(list(zip(self.columns, place, strict=True))):
            name, sign = column.name, "<" if column.descending else ">"
            if value is None:
                condition = f"({name} IS NULL AND {condition})"
                continue
            condition = f"({name} {sign} %s OR {name} IS NULL OR ({name} = %s AND {condition}))"
            values = [value, value, *values]
        return condition, values
