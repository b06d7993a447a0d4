"""The order of a list, and the rows that follow a given one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class OrderKey:
    """A column, or an annotation without nulls, that rows are ordered by. The id breaks ties.

    ``column``: for an annotation, the model's column whose type it has.
    """

    name: str
    descending: bool = False
    column: str = ""

    @property
    def ordering(self) -> list[str]:
        return [("-" if self.descending else "") + name for name in self.columns]

    @property
    def columns(self) -> list[str]:
        return ["pk"] if self.name == "pk" else [self.name, "pk"]

    @property
    def reversed(self) -> Self:
        return replace(self, descending=not self.descending)

    def after(self, values: Sequence[Any]) -> Q:
        """Rows behind the one with these values of ``columns``."""
        comparison = "lt" if self.descending else "gt"
        if len(values) == 1:
            return Q(**{f"pk__{comparison}": values[0]})
        value, pk = values
        further = Q(**{f"{self.name}__{comparison}": value})
        tied = Q(**{self.name: value, f"pk__{comparison}": pk})
        # Not needed to be right: it lets the database enter an index at this very row.
        return Q(**{f"{self.name}__{comparison}e": value}) & (further | tied)
