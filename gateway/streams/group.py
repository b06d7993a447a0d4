"""Equal subscriptions that came with one token: asked once, and sent to each of their streams.

A stream that joins is sent the present state first. What is announced meanwhile waits and is sent
after it, so that nothing is missed between the two.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterator

from graphql import GraphQLError

from gateway.core.accounts.errors import BadToken
from gateway.core.db import RETRY_AFTER_SECONDS, is_unavailable
from gateway.core.errors import RateLimited
from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import refused
from gateway.core.graphql.subscriptions import Event, Ids, Subscription
from gateway.streams.caller import Caller
from gateway.streams.protocol import encoded
from gateway.streams.stream import Stream
from gateway.streams.workers import Workers

log = logging.getLogger(__name__)

# Seconds after which a token is looked at although nothing has happened.
CHECK_SECONDS = 30.0
BATCH_BYTES = 128 * 1024  # of events between two looks at whether the streams take them
Sink = tuple[Stream, str | None]  # a stream, and the id of its operation in single mode
Answers = Callable[[Callable[[], Context]], Iterator[Event]]


class Group:
    """``subscription`` of ``caller``. For one event loop; ``run`` is its task."""

    def __init__(self, caller: Caller, subscription: Subscription, workers: Workers) -> None:
        self.caller = caller
        self.subscription = subscription
        self._workers = workers
        self._loop = asyncio.get_running_loop()
        self._joining: list[Sink] = []
        self._members: set[Sink] = set()
        self._changed: set[str] = set()
        self._wake = asyncio.Event()

    @property
    def is_empty(self) -> bool:
        return not self._members and not self._joining

    def join(self, sink: Sink) -> None:
        self._joining.append(sink)
        self._wake.set()

    def leave(self, sink: Sink) -> None:
        self._members.discard(sink)
        if sink in self._joining:
            self._joining.remove(sink)
        if self.is_empty:
            self._wake.set()

    def announce(self, ids: Ids) -> None:
        if wanted := self.subscription.field.wanted(self.subscription.arguments, ids):
            self._changed |= wanted
            self._wake.set()

    def say(self, data: bytes) -> None:
        """Send a comment to every stream."""
        for stream, _id in (*self._members, *self._joining):
            stream.put(data)

    async def run(self) -> None:
        """Until no stream is left."""
        while not self.is_empty:
            try:
                await asyncio.wait_for(self._wake.wait(), CHECK_SECONDS)
            except TimeoutError:
                await self._answer(lambda _contexts: iter(()), self._members)
                continue
            self._wake.clear()
            for sink in self._take_joining():
                await self._answer_joining(sink)
            if self._changed and self._members:
                await self._answer_changed()

    def _take_joining(self) -> list[Sink]:
        """From now on what is announced is sent to them too, after their present state."""
        joining, self._joining = self._joining, []
        self._members.update(joining)
        return joining

    async def _answer_joining(self, sink: Sink) -> None:
        retry_after = await self._answer(self.subscription.current, {sink})
        if retry_after is not None:
            self._members.discard(sink)
            self._joining.append(sink)
            self._loop.call_later(retry_after, self._wake.set)
        elif self.subscription.field.topic is None:
            self._complete({sink})

    async def _answer_changed(self) -> None:
        ids, self._changed = sorted(self._changed), set()
        retry_after = await self._answer(
            lambda contexts: self.subscription.changed(contexts, ids), self._members
        )
        if retry_after is not None:
            self._changed.update(ids)
            self._loop.call_later(retry_after, self._wake.set)

    async def _answer(self, answers: Answers, sinks: Collection[Sink]) -> float | None:
        """Send the answers to ``sinks``. The seconds after which to try again, if it must be."""
        sinks = set(sinks)
        try:
            contexts = await self._workers.run(self.caller.user_key, self.caller.contexts)
            found = answers(contexts)
            while await self._workers.run(
                self.caller.user_key, lambda: self._send_some(found, sinks)
            ):
                await asyncio.gather(*(stream.drained() for stream, _id in sinks))
        except BadToken as error:
            self._fail(error, set(self._members) | sinks)
        except RateLimited as limited:
            return limited.retry_after
        except Exception as error:  # noqa: BLE001 - told to the client, never a broken stream
            if is_unavailable(error):
                return RETRY_AFTER_SECONDS
            self._fail(error, sinks)
        return None

    def _send_some(self, found: Iterator[Event], sinks: Collection[Sink]) -> bool:
        """In a thread: whether there may be more. Each answer goes out as soon as it is there."""
        sent = 0
        for event in found:
            payload = encoded(event.outcome)
            ends = event.is_final or not event.outcome.executed
            self._loop.call_soon_threadsafe(self._deliver, payload, sinks, ends)
            sent += len(payload)
            if sent > BATCH_BYTES:
                return True
        return False

    def _deliver(self, payload: bytes, sinks: Collection[Sink], ends: bool) -> None:
        for stream, operation_id in sinks:
            stream.next(payload, operation_id)
        if ends:
            self._complete(sinks)

    def _complete(self, sinks: Collection[Sink]) -> None:
        for sink in list(sinks):
            if sink in self._members:
                self._members.discard(sink)
                sink[0].complete(sink[1])

    def _fail(self, error: Exception, sinks: Collection[Sink]) -> None:
        """Tell the error, and end these streams."""
        outcome = refused([GraphQLError(str(error), original_error=error)])
        self._deliver(encoded(outcome), sinks, ends=True)
