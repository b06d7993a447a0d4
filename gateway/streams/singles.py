"""The streams of single connection mode that a process holds, and the operations on them.

A stream has an owner: the connection that opened it. Redis has the owner's id as the mark of an
open stream, and only the owner takes operations. A stream whose mark names another owner ends
itself.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

from graphql import GraphQLError
from redis import RedisError

from gateway.core.accounts.errors import BadToken
from gateway.core.errors import Conflict, ExpectedError, RateLimited
from gateway.core.graphql.execution import GraphQLRequest, refused
from gateway.core.http.refusals import Refusal, throttled
from gateway.streams import single
from gateway.streams.caller import Caller
from gateway.streams.group import Sink
from gateway.streams.limits import RETRY_SECONDS
from gateway.streams.protocol import comment, complete_event, encoded
from gateway.streams.requests import Open, Operate
from gateway.streams.stream import PING_SECONDS, Stream
from gateway.streams.tokens import unknown_stream
from gateway.streams.workers import Workers

log = logging.getLogger(__name__)

Leave = Callable[[], None]
Start = Callable[[Sink, Caller, GraphQLRequest], Awaitable[Leave]]
MOST_OPERATIONS = 100  # of one stream
OPEN_ALREADY = "This stream is open already."
OPENED_ELSEWHERE = "Another connection has opened this stream."
NO_OPERATION = ""  # no client can choose this id


class SingleStream(Stream):
    """A stream with the operations that run on it: what ends each, by the client's ids.

    ``check`` raises BadToken when the session that opened the stream has ended.
    """

    def __init__(self, name: str, check: Callable[[], object]) -> None:
        super().__init__()
        self.name = name
        self.check = check
        self.owner = secrets.token_hex(8)
        self.operations: dict[str, Leave] = {}
        self.is_lost = False  # to another owner
        self.taking = asyncio.Lock()  # operations begin in the order in which they were sent

    def complete(self, id: str | None = None) -> None:  # noqa: A002 - the protocol's name
        if id is None:
            super().complete()
        elif self.operations.pop(id, None) is not None:
            self.put(complete_event(id))

    def fail(self, error: ExpectedError) -> None:
        """End every operation with ``error``, then the stream."""
        for operation_id, leave in list(self.operations.items()):
            leave()
            self.next(_payload(error), operation_id)
            self.complete(operation_id)
        self.put(comment(f"{error.code}: {error.message}"))
        self.close()

    def refuse(self, operation_id: str, error: ExpectedError) -> None:
        """Send that an operation was refused. An event never names one that runs."""
        if operation_id in self.operations:
            extensions = {"code": error.code, "operationId": operation_id}
            told = GraphQLError(error.message, extensions=extensions)
            self.next(encoded(refused([told])), NO_OPERATION)
            return
        self.next(_payload(error), operation_id)
        self.put(complete_event(operation_id))


class Singles:
    """For one event loop. ``spawn`` runs a task; ``start`` answers a request on a sink."""

    def __init__(self, workers: Workers, spawn: Callable[[Any], None], start: Start) -> None:
        self._workers = workers
        self._spawn = spawn
        self._start = start
        self.streams: dict[str, SingleStream] = {}

    async def open(self, asked: Open, stack: ExitStack) -> SingleStream:
        """``stack``: closed when the stream has ended. Raises Refusal."""
        if asked.stream in self.streams:
            raise Refusal(409, Conflict.code, OPEN_ALREADY)
        stream = self.streams[asked.stream] = SingleStream(asked.stream, asked.check)
        stack.callback(self._end, stream)
        mark = partial(single.mark_open, stream.name, stream.owner)
        if not await self._workers.run(asked.caller.user_key, mark):
            raise Refusal(409, Conflict.code, OPEN_ALREADY)
        self.look(stream.name)
        kept = asyncio.create_task(self._keep(stream))
        stack.callback(kept.cancel)
        return stream

    async def operate(self, asked: Operate) -> None:
        """Begin or end the operation, here or in the process with the stream. Raises Refusal."""
        stream = self.streams.get(asked.stream)
        if stream is not None:
            try:
                await self._take_over(stream)  # what was sent before it
            except RedisError as error:
                raise single.away() from error
            if not stream.is_closed:
                if refused_with := self._begin(stream, asked.operation):
                    raise _refusal(refused_with)
                return
            if not stream.is_lost:
                raise unknown_stream()
        run = partial(single.hand_over, asked.stream, asked.operation)
        await self._workers.run("operations", run)

    def look(self, name: str) -> None:
        """An announcement of ``single.hand_over``; empty: some may have been missed."""
        for one in [name] if name else list(self.streams):
            if (stream := self.streams.get(one)) is not None:
                self._spawn(self._look(stream))

    async def _look(self, stream: SingleStream) -> None:
        try:
            await self._take_over(stream)
        except RedisError as error:
            log.info("Operations are looked for later: %s", error)

    async def _keep(self, stream: SingleStream) -> None:
        while not stream.is_closed:
            await asyncio.sleep(PING_SECONDS)
            self._spawn(self._look(stream))  # which goes to its end when this task is canceled

    async def _take_over(self, stream: SingleStream) -> None:
        """Mark the stream, start the operations that were passed on, and end it if it must end.

        Raises RedisError.
        """
        async with stream.taking:
            if stream.is_closed:
                return
            taken, ended = await self._workers.run("operations", partial(_looked_at, stream))
            for operation in taken:
                if ended is not None:
                    _end_unbegun(stream, operation)
                elif error := self._begin(stream, operation):
                    stream.refuse(operation.id, error)
            if ended is not None:
                stream.is_lost = isinstance(ended, Conflict)
                stream.fail(ended)

    def _begin(self, stream: SingleStream, taken: single.Operation) -> ExpectedError | None:
        """Begin the operation, or end it; the error with which it is refused."""
        running = stream.operations.get(taken.id)
        if taken.request is None:
            if running is not None:
                running()
                stream.complete(taken.id)
            return None
        if running is not None:
            return Conflict("An operation with this id runs already.")
        if len(stream.operations) >= MOST_OPERATIONS:
            message = f"A stream carries at most {MOST_OPERATIONS} operations; end one."
            return RateLimited(message, retry_after=RETRY_SECONDS)
        sink = Sink(stream, taken.id)
        stream.operations[taken.id] = sink.leave
        self._spawn(self._run(stream, sink, taken.caller, taken.request))
        return None

    async def _run(
        self, stream: SingleStream, sink: Sink, caller: Caller, request: GraphQLRequest
    ) -> None:
        leave = await self._start(sink, caller, request)
        if not sink.has_left and sink.operation_id is not None:
            stream.operations[sink.operation_id] = leave

    def _end(self, stream: SingleStream) -> None:
        stream.close()
        if self.streams.get(stream.name) is stream:
            del self.streams[stream.name]
        for leave in stream.operations.values():
            leave()
        self._spawn(self._unmark(stream))

    async def _unmark(self, stream: SingleStream) -> None:
        async with stream.taking:  # who takes operations sets the mark
            closed = partial(single.mark_closed, stream.name, stream.owner)
            await self._workers.run("operations", closed)


def _looked_at(stream: SingleStream) -> tuple[list[single.Operation], ExpectedError | None]:
    """The operations that were passed on, and the reason why the stream ends, if it does.

    It runs in a thread. Raises RedisError.
    """
    ended = _end_of_session(stream)
    try:
        taken = single.take_over(stream.name, stream.owner, ends=ended is not None)
    except RedisError:
        if ended is None:
            raise
        return [], ended
    if taken is None:
        return [], Conflict(OPENED_ELSEWHERE)
    return taken, ended


def _end_of_session(stream: SingleStream) -> BadToken | None:
    try:
        stream.check()
    except BadToken as ended:
        return ended
    except Exception as error:  # noqa: BLE001 - the database may be away; it is looked at again
        log.warning("The session of a stream cannot be looked at: %s", error)
    return None


def _end_unbegun(stream: SingleStream, taken: single.Operation) -> None:
    """End the operation, which has not started, in the same way as a running one."""
    if taken.request is not None:
        stream.operations.setdefault(taken.id, lambda: None)


def _payload(error: ExpectedError) -> bytes:
    return encoded(refused([GraphQLError(error.message, original_error=error)]))


def _refusal(error: ExpectedError) -> Refusal:
    return (
        throttled(error)
        if isinstance(error, RateLimited)
        else Refusal(409, error.code, error.message)
    )
