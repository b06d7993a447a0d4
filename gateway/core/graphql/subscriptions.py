"""Subscriptions: root fields whose answer is sent again after each change of their objects.

::

    row changes ──▶ announcement (Topic, ids) ──▶ SubscriptionField.changed ──▶ an answer each

An app declares a ``SubscriptionField`` for each field of the type ``Subscription``. All of it is
synchronous and runs in a thread that may ask the database; ``gateway.streams`` waits and sends.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

from gateway.core.graphql.collect import root_fields
from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import Executor, GraphQLOutcome, Prepared

Ids = frozenset[str]
# Makes a context of the user as they are now.
Contexts = Callable[[], Context]


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of announcement: the ids of rows that have changed, on a Redis channel.

    ``related(ids)``: the ids themselves and those of the rows that show them. ``latest()``: a mark
    of the newest recorded change. ``since(mark, last)``: a page of the changes after the mark: the
    ids of the rows, by the numbers of the changes, and the ``last`` with which the next page is
    asked for. The first page is asked for with 0; after the last one comes None. It is asked while
    Redis is away.
    """

    channel: str
    related: Callable[[Ids], Ids]
    latest: Callable[[], int]
    since: Callable[[int, int], tuple[Mapping[Hashable, str], int | None]]


class SubscriptionField(ABC):
    """A field of ``Subscription``. Its methods raise the errors that a resolver may raise."""

    topic: Topic | None = None  # None: the stream ends after ``current``

    @abstractmethod
    def current(self, contexts: Contexts, arguments: Mapping[str, Any]) -> Iterable[Any]:
        """The objects to send first: the present state.

        One that reads several times makes a context for each read.
        """

    def wanted(self, arguments: Mapping[str, Any], ids: Ids) -> Ids:  # noqa: ARG002 - for fields that choose
        """Those of ``ids`` that can concern a stream with these arguments. It makes no query."""
        return ids

    def changed(
        self, contexts: Contexts, arguments: Mapping[str, Any], ids: Sequence[str]
    ) -> Iterable[Any]:
        """The objects with these ids that the user may see and that match the arguments."""
        raise NotImplementedError

    @abstractmethod
    def seen(self, context: Context, found: Any, arguments: Mapping[str, Any]) -> Any:
        """``found`` as the user may see it now; None: not any more.

        It is asked for an object that was found with rights that have been looked up again since.
        """

    def is_final(self, context: Context, found: Any, arguments: Mapping[str, Any]) -> bool:  # noqa: ARG002 - for fields that end
        """True if no event can follow ``found``."""
        return False


@dataclass(frozen=True, slots=True)
class Subscription:
    """A validated subscription of one client."""

    executor: Executor
    prepared: Prepared
    name: str
    field: SubscriptionField
    arguments: Mapping[str, Any]

    def current(self, contexts: Contexts) -> Iterator[Any]:
        """The objects of the present state."""
        yield from self.field.current(contexts, self.arguments)

    def changed(self, contexts: Contexts, ids: Sequence[str]) -> Iterator[Any]:
        """Those of the announced objects that the user may see and that match."""
        yield from self.field.changed(contexts, self.arguments, ids)

    def seen(self, context: Context, found: Any) -> Any:
        """``found`` as the user may see it now; None: not any more."""
        return self.field.seen(context, found, self.arguments)

    def answer(self, context: Context, found: Any) -> "Event":
        """Raises RateLimited when the user's budget is spent."""
        outcome = self.executor.execute(self.prepared, context, {self.name: found})
        return Event(outcome, self.field.is_final(context, found, self.arguments))


@dataclass(frozen=True, slots=True)
class Event:
    """An answer; ``is_final``: the stream ends after it."""

    outcome: GraphQLOutcome
    is_final: bool = False


def subscription_of(
    executor: Executor, prepared: Prepared, fields: Mapping[str, SubscriptionField]
) -> Subscription:
    """``fields`` by their names in the schema.

    Raises GraphQLError if ``@skip`` or ``@include`` leaves out the one field that there is.
    """
    root = next(root_fields(prepared.operation), None)
    if root is None:
        raise GraphQLError("The subscription selects no field.")
    name = root.coordinate[1]
    return Subscription(executor, prepared, name, fields[name], root.arguments)
