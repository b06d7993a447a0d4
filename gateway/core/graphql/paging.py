"""Keyset paging: a cursor is a row's order key and id, so rows that come or go elsewhere neither
repeat nor hide a row, and page 100 costs what page 1 costs.

``first`` rows behind ``after``, or the ``last`` ones before ``before``: forward and backward, as
Relay's connections have it.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

import graphene
from django.db.models import Model, QuerySet

from gateway.core.errors import InvalidInput
from gateway.core.graphql.cursors import cursor_of, values_in
from gateway.core.graphql.order import OrderKey

__all__ = [
    "AnyPage",
    "CountedConnection",
    "OrderKey",
    "Page",
    "Window",
    "checked_first",
    "page_arguments",
]

MAX_FIRST = 1000
USUAL_FIRST = 50
WINDOW_ARGUMENTS = ("first", "after", "last", "before")

M = TypeVar("M", bound=Model)


def checked_first(first: int | None, *, default: int = USUAL_FIRST, name: str = "first") -> int:
    """``first`` between 0 and 1,000. Raises InvalidInput."""
    if first is None:
        return default
    if not 0 <= first <= MAX_FIRST:
        message = f"{name} must be between 0 and {MAX_FIRST}, not {first}."
        raise InvalidInput(message, field=name)
    return first


@dataclass(frozen=True, slots=True)
class Window:
    """The requested rows of a list. Empty cursors are the list's ends.

    With ``last`` these are the rows before ``before``, or at the end. Then ``first`` is ignored: it
    has a default, so the gateway cannot know whether the client set it.
    """

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    @classmethod
    def of(cls, arguments: dict[str, Any]) -> "Window":
        """From a field's arguments; other arguments are ignored."""
        return cls(**{name: arguments.get(name) for name in WINDOW_ARGUMENTS})

    @property
    def backward(self) -> bool:
        return self.last is not None

    @property
    def count(self) -> int:
        """Raises InvalidInput."""
        if self.last is not None:
            return checked_first(self.last, name="last")
        return checked_first(self.first)

    @property
    def is_beginning(self) -> bool:
        return not (self.backward or self.after or self.before)


class AnyPage(ABC, Generic[M]):
    """A page of a list, the root of a CountedConnection. A subclass reads its rows."""

    def __init__(self, window: Window) -> None:
        """Raises InvalidInput."""
        self._window = window
        self._count = window.count

    @abstractmethod
    def fetch(self) -> list[M]:
        """The page's rows, in the list's order, and one more row in the direction of paging."""

    @abstractmethod
    def cursor(self, node: M) -> str:
        """Where a row of the page is in the list."""

    @cached_property
    def _fetched(self) -> list[M]:
        return self.fetch()

    @property
    def _goes_on(self) -> bool:
        return len(self._fetched) > self._count

    @cached_property
    def nodes(self) -> list[M]:
        if self._window.backward:
            return self._fetched[1:] if self._goes_on else self._fetched
        return self._fetched[: self._count]

    @property
    def edges(self) -> list[dict[str, Any]]:
        return [{"node": node, "cursor": self.cursor(node)} for node in self.nodes]

    @property
    def page_info(self) -> dict[str, Any]:
        nodes, window = self.nodes, self._window
        return {
            "has_next_page": bool(window.before) if window.backward else self._goes_on,
            "has_previous_page": self._goes_on if window.backward else bool(window.after),
            "start_cursor": self.cursor(nodes[0]) if nodes else None,
            "end_cursor": self.cursor(nodes[-1]) if nodes else None,
        }


class Page(AnyPage[M]):
    """One page of ``rows``; the total is counted only when it is asked for.

    ``fetched_anyway``: the rows are asked for too, so that a list which is no longer than its
    first page needs no counting.
    """

    def __init__(
        self,
        rows: QuerySet[M],
        *,
        order: OrderKey,
        window: Window,
        fetched_anyway: bool = False,
    ) -> None:
        super().__init__(window)
        self._all = rows
        self._fetched_anyway = fetched_anyway
        self._order = order

    def fetch(self) -> list[M]:
        window, order = self._window, self._order
        rows = self._all.order_by(*(order.reversed if window.backward else order).ordering)
        for cursor, name, side in (
            (window.after, "after", order),
            (window.before, "before", order.reversed),
        ):
            if cursor:
                values = values_in(cursor, order, self._all.model, field=name)
                rows = rows.filter(side.after(values))
        found = list(rows[: self._count + 1])
        return found[::-1] if window.backward else found

    @cached_property
    def total_count(self) -> int:
        if self._fetched_anyway and self._window.is_beginning and not self._goes_on:
            return len(self._fetched)
        return self.count_all()

    def count_all(self) -> int:
        """How many rows there are; asks the database."""
        return self._all.order_by().count()

    def cursor(self, node: M) -> str:
        return cursor_of(node, self._order)


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
        required=True, description="The number of rows in all pages together."
    )


def page_arguments(default: int = USUAL_FIRST) -> dict[str, Any]:
    """The arguments every connection takes."""
    return {
        "first": graphene.Int(
            default_value=default, description=f"The number of rows; at most {MAX_FIRST}."
        ),
        "after": graphene.String(description="The endCursor of the previous page."),
        "last": graphene.Int(
            description="The number of rows from the end, or before the cursor in before:; at "
            f"most {MAX_FIRST}. If it is given, first is ignored."
        ),
        "before": graphene.String(description="The startCursor of the next page."),
    }
