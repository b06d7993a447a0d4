"""The answers to the objects that a subscription finds, a batch at a time."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from gateway.core.errors import RateLimited
from gateway.core.graphql.context import Context
from gateway.core.graphql.subscriptions import Contexts, Subscription
from gateway.streams.caller import Caller
from gateway.streams.protocol import encoded

BATCH_EVENTS = 20  # for which token and rights are looked up once
BATCH_BYTES = 128 * 1024
LOOK_UP_SECONDS = 1.0  # a look-up that is older is made again before an answer
Find = Callable[[Contexts], Iterator[Any]]


@dataclass(frozen=True, slots=True)
class Answer:
    """``ends``: nothing follows it."""

    payload: bytes
    ends: bool


class Answers:
    """The answers for ``caller`` to the objects of ``find``. One thread at a time uses it.

    An object whose answer is refused because the budget is spent is answered first the next time.
    If the rights were looked up again since an object was found, the answer follows the new rights.
    """

    def __init__(self, caller: Caller, subscription: Subscription, find: Find) -> None:
        self._caller = caller
        self._subscription = subscription
        self._find = find
        self._contexts: Contexts
        self._found_with: Contexts
        self._looked_up_at = 0.0
        self.begin_again()

    def begin_again(self) -> None:
        """Find all objects again; those that were already sent are sent again."""
        self.has_more = True
        self._found: Iterator[Any] = self._find(self._context)
        self._refused: list[Any] = []

    def batch(self) -> Iterator[Answer]:
        """The next answers. Raises BadToken, RateLimited, and what finding raises."""
        self._look_up()
        events = size = 0
        while events < BATCH_EVENTS and size < BATCH_BYTES:
            found = self._refused or self._next()
            if not found:
                self.has_more = False
                return
            self._refused = found
            if time.monotonic() > self._looked_up_at + LOOK_UP_SECONDS:  # it took time to find it
                self._look_up()
            events += 1
            seen = self._seen(found[0])
            if seen is None:
                self._refused = []
                continue
            event = self._subscription.answer(self._contexts(), seen)
            self._refused = []
            payload = encoded(event.outcome)
            size += len(payload)
            yield Answer(payload, event.is_final or not event.outcome.executed)

    def _look_up(self) -> None:
        """Raises BadToken."""
        self._contexts = self._caller.contexts()
        self._looked_up_at = time.monotonic()

    def _next(self) -> list[Any]:
        """The next object, if there is one."""
        try:
            return list(islice(self._found, 1))
        except RateLimited:  # which ends the iterator
            self.begin_again()
            raise

    def _seen(self, found: Any) -> Any:
        if self._found_with is self._contexts:
            return found
        return self._subscription.seen(self._contexts(), found)

    def _context(self) -> Context:
        """The context for ``find``, with the user as they were last looked up."""
        self._found_with = self._contexts
        return self._contexts()
