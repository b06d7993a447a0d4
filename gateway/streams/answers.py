"""The answers to the objects that a subscription finds, a batch at a time."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

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
    """Of ``caller`` to what ``find`` finds. Used by one thread at a time, not always the same.

    An object whose answer is refused for want of budget is answered first the next time.
    """

    def __init__(self, caller: Caller, subscription: Subscription, find: Find) -> None:
        self._caller = caller
        self._subscription = subscription
        self._find = find
        self._contexts: Contexts
        self._looked_up_at = 0.0
        self.begin_again()

    def begin_again(self) -> None:
        """Find everything anew; what was sent is sent again."""
        self.has_more = True
        self._found: Iterator[Any] = self._find(self._context)
        self._refused: list[Any] = []

    def batch(self) -> Iterator[Answer]:
        """The next answers. Raises BadToken, RateLimited, and what finding raises."""
        self._look_up()
        events = size = 0
        while events < BATCH_EVENTS and size < BATCH_BYTES:
            found = self._refused or list(self._next())
            if not found:
                self.has_more = False
                return
            self._refused = found
            if time.monotonic() > self._looked_up_at + LOOK_UP_SECONDS:  # it took time to find it
                self._look_up()
            event = self._subscription.answer(self._context(), found[0])
            self._refused = []
            payload = encoded(event.outcome)
            events, size = events + 1, size + len(payload)
            yield Answer(payload, event.is_final or not event.outcome.executed)

    def _look_up(self) -> None:
        """Raises BadToken."""
        self._contexts = self._caller.contexts()
        self._looked_up_at = time.monotonic()

    def _next(self) -> Iterator[Any]:
        """The next object, if there is one."""
        for found in self._found:
            yield found
            return

    def _context(self) -> Context:
        """Of the user as they were found for this batch."""
        return self._contexts()
