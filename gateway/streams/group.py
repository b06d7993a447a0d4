"""Equal subscriptions with one token: executed once, and sent to each of their streams.

A task of its own sends the present state to a stream that joins. Changes that are announced
meanwhile are kept and sent afterwards. Then the stream is a member and gets every event.

The token and the rights are looked up again for each batch of at most BATCH_EVENTS.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import partial

from graphql import GraphQLError

from gateway.core.accounts.errors import BadToken
from gateway.core.db import RETRY_AFTER_SECONDS, is_unavailable
from gateway.core.errors import RateLimited
from gateway.core.graphql.execution import refused
from gateway.core.graphql.subscriptions import Ids, Subscription
from gateway.streams.answers import Answers, Find
from gateway.streams.caller import Caller
from gateway.streams.pending import Pending
from gateway.streams.protocol import encoded
from gateway.streams.stream import Stream
from gateway.streams.workers import Workers

# Seconds after which a token is looked at although nothing has happened.
CHECK_SECONDS = 30.0


@dataclass(eq=False)
class Sink:
    """An operation of a stream; its id in single mode, None in distinct mode.

    ``missed``: the ids that were announced while the present state was sent to it. ``has_left``:
    its client has ended it, or it was completed.
    """

    stream: Stream
    operation_id: str | None
    missed: Pending = field(default_factory=Pending)
    has_left: bool = False

    @property
    def is_open(self) -> bool:
        return not self.has_left and not self.stream.is_closed

    def leave(self) -> None:
        self.has_left = True

    def complete(self) -> None:
        if not self.has_left:
            self.has_left = True
            self.stream.complete(self.operation_id)


class Group:
    """``subscription`` of ``caller``. For one event loop; ``run`` is its task.

    ``spawn`` runs a task beside it.
    """

    def __init__(
        self,
        caller: Caller,
        subscription: Subscription,
        workers: Workers,
        spawn: Callable[[object], None],
    ) -> None:
        self.caller = caller
        self.subscription = subscription
        self._workers = workers
        self._spawn = spawn
        self._loop = asyncio.get_running_loop()
        self._joining: set[Sink] = set()
        self._members: set[Sink] = set()
        self._changed = Pending()
        self._wake = asyncio.Event()

    @property
    def is_empty(self) -> bool:
        return not self._open(self._joining) and not self._open(self._members)

    def join(self, sink: Sink, is_listening: asyncio.Event) -> None:
        """``is_listening``: changes are announced from then on, and the present state is read."""
        self._joining.add(sink)
        self._spawn(self._welcome(sink, is_listening))

    def leave(self, sink: Sink) -> None:
        sink.has_left = True
        self._wake.set()

    def announce(self, ids: Ids) -> None:
        wanted = self.subscription.field.wanted(self.subscription.arguments, ids)
        if not wanted:
            return
        for sink in self._joining:
            sink.missed.add(wanted)
        if self._members:
            self._changed.add(wanted)
            self._wake.set()

    def say(self, data: bytes) -> None:
        """Send a comment to every stream."""
        for sink in (*self._members, *self._joining):
            sink.stream.put(data)

    async def run(self) -> None:
        """Send events to the members, until no stream is left."""
        while not self.is_empty:
            try:
                async with asyncio.timeout(CHECK_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                await self._answer(lambda _contexts: iter(()), self._members)
                continue
            self._wake.clear()
            self._members = self._open(self._members)
            if self._changed and self._members:
                await self._answer(self._changed.take(self.subscription), self._members)

    async def _welcome(self, sink: Sink, is_listening: asyncio.Event) -> None:
        """Send the present state, and the changes that were announced meanwhile."""
        if self.subscription.field.topic is not None:
            await is_listening.wait()
        await self._answer(self.subscription.current, {sink})
        while sink.missed and sink.is_open:
            await self._answer(sink.missed.take(self.subscription), {sink})
        self._joining.discard(sink)
        if self.subscription.field.topic is None:
            sink.complete()
        if sink.is_open:
            self._members.add(sink)
        self._wake.set()

    async def _answer(self, find: Find, sinks: Collection[Sink]) -> None:
        """Send an answer for each object that ``find`` finds, while a sink is open."""
        answers = Answers(self.caller, self.subscription, find)
        while open_sinks := self._open(sinks):
            try:
                has_more = await self._workers.run(
                    self.caller.user_key, partial(self._send_some, answers, open_sinks)
                )
            except BadToken as error:
                self._fail(error, {*self._members, *self._joining})
                return
            except RateLimited as limited:
                await asyncio.sleep(limited.retry_after)
                continue
            except Exception as error:  # noqa: BLE001 - reported to the client; the stream stays intact
                if not is_unavailable(error):
                    self._fail(error, open_sinks)
                    return
                answers.begin_again()
                await asyncio.sleep(RETRY_AFTER_SECONDS)
                continue
            if not has_more:
                return
            await _first_drained(open_sinks)

    def _send_some(self, answers: Answers, sinks: Collection[Sink]) -> bool:
        """In a thread: whether there may be more. Each answer goes out as soon as it is there."""
        for answer in answers.batch():
            self._loop.call_soon_threadsafe(self._deliver, answer.payload, sinks, answer.ends)
        return answers.has_more

    @staticmethod
    def _deliver(payload: bytes, sinks: Iterable[Sink], ends: bool) -> None:
        for sink in sinks:
            if sink.is_open:
                sink.stream.next(payload, sink.operation_id)
                if ends:
                    sink.complete()

    def _fail(self, error: Exception, sinks: Iterable[Sink]) -> None:
        """Tell the error, and end these operations."""
        outcome = refused([GraphQLError(str(error), original_error=error)])
        self._deliver(encoded(outcome), sinks, ends=True)
        self._wake.set()

    @staticmethod
    def _open(sinks: Collection[Sink]) -> set[Sink]:
        return {sink for sink in sinks if sink.is_open}


async def _first_drained(sinks: Iterable[Sink]) -> None:
    """Wait for the client that reads soonest: one that sleeps is dropped, and stalls no other."""
    waits = {asyncio.ensure_future(sink.stream.drained()) for sink in sinks}
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
