"""Keyset paging: a cursor is the last row's order key and id, so rows that come or go elsewhere
neither repeat nor hide a row, and page 100 costs what page 1 costs.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

import graphene
import orjson
from django.db.models import Model, Q, QuerySet

from gateway.core.errors import InvalidInput
from gateway.core.graphql.text import holds_nul

MAX_FIRST = 1000

M = TypeVar("M", bound=Model)


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

    def after(self, values: Sequence[Any]) -> Q:
        """Rows behind the one with these values of ``columns``."""
        comparison = "lt" if self.descending else "gt"
        if len(values) == 1:
            return Q(**{f"pk__{comparison}": values[0]})
        value, pk = values
        further = Q(**{f"{self.name}__{comparison}": value})
        return further | Q(**{self.name: value, f"pk__{comparison}": pk})


def checked_first(first: int | None, *, default: int = 50) -> int:
    """``first`` between 0 and 1,000. Raises InvalidInput."""
    if first is None:
        return default
    if not 0 <= first <= MAX_FIRST:
        message = f"first must be between 0 and {MAX_FIRST}, not {first}."
        raise InvalidInput(message, field="first")
    return first


class Page(Generic[M]):
    """One page of ``rows``; the total is counted only when it is asked for."""

    def __init__(
        self, rows: QuerySet[M], *, order: OrderKey, first: int | None, after: str | None
    ) -> None:
        self._all = rows
        self._order = order
        self._first = checked_first(first)
        self._after = after

    @cached_property
    def _fetched(self) -> list[M]:
        return self.fetch()

    def fetch(self) -> list[M]:
        """The page's rows and one more, which tells whether there is a next page."""
        rows = self._all.order_by(*self._order.ordering)
        if self._after:
            rows = rows.filter(self._order.after(self._values_after()))
        return list(rows[: self._first + 1])

    @cached_property
    def nodes(self) -> list[M]:
        return self._fetched[: self._first]

    @cached_property
    def total_count(self) -> int:
        return self._all.order_by().count()

    @property
    def edges(self) -> list[dict[str, Any]]:
        return [{"node": node, "cursor": self.cursor(node)} for node in self.nodes]

    @property
    def page_info(self) -> dict[str, Any]:
        nodes = self.nodes
        return {
            "has_next_page": len(self._fetched) > self._first,
            "has_previous_page": bool(self._after),
            "start_cursor": self.cursor(nodes[0]) if nodes else None,
            "end_cursor": self.cursor(nodes[-1]) if nodes else None,
        }

    def cursor(self, node: M) -> str:
        values = [_plain(getattr(node, name)) for name in self._order.columns]
        return _encode([*self._order.ordering, *values])

    def _values_after(self) -> list[Any]:
        """What the cursor stands for. Raises InvalidInput for one of another order."""
        assert self._after is not None  # noqa: S101 - the caller looked
        decoded = _decode(self._after)
        ordering = self._order.ordering
        count = len(ordering)
        if decoded[:count] != ordering or len(decoded) != 2 * count:
            raise _unknown_cursor()
        return [
            self._typed(self._order.column or name if name != "pk" else name, value)
            for name, value in zip(self._order.columns, decoded[count:], strict=True)
        ]

    def _typed(self, name: str, value: Any) -> Any:
        """``value`` as the column's type, so that a forged cursor is refused rather than run."""
        field = self._all.model._meta.pk if name == "pk" else self._all.model._meta.get_field(name)  # noqa: SLF001 - Django's documented API
        try:
            typed = field.to_python(value)  # type: ignore[union-attr]  # order keys are plain columns
            return typed.astimezone(UTC) if isinstance(typed, datetime) else typed
        except Exception as error:
            raise _unknown_cursor() from error


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _encode(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def _decode(cursor: str) -> list[str]:
    """Nothing but what ``_encode`` writes: a forged cursor is refused rather than run."""
    try:
        decoded = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
    except ValueError:  # binascii.Error, UnicodeError and JSONDecodeError are ValueErrors
        raise _unknown_cursor() from None
    texts = isinstance(decoded, list) and all(isinstance(value, str) for value in decoded)
    if not texts or _encode(decoded) != cursor or holds_nul(decoded):
        raise _unknown_cursor()
    return list(decoded)


def _unknown_cursor() -> InvalidInput:
    return InvalidInput(
        "The cursor in after: is not one of this list in this order; start without it.",
        field="after",
    )


class CountedConnection(graphene.relay.Connection):
    """A Relay connection with ``nodes`` and ``totalCount``; its root is a Page."""

    class Meta:
        abstract = True

    @classmethod
    def __init_subclass_with_meta__(cls, node: Any = None, **options: Any) -> None:
        cls.nodes = graphene.List(
            graphene.NonNull(node), required=True, description="The rows of this page."
        )
        super().__init_subclass_with_meta__(node=node, strict_types=True, **options)

    total_count = graphene.Int(
        required=True, description="How many rows there are in all pages together."
    )


def page_arguments(default: int = 50) -> dict[str, Any]:
    """The arguments every connection takes."""
    return {
        "first": graphene.Int(
            default_value=default, description=f"How many rows; at most {MAX_FIRST}."
        ),
        "after": graphene.String(description="The endCursor of the page before."),
    }
