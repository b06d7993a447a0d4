"""What the ASGI front calls for a request to ``/graphql/stream``."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any

from graphql import GraphQLError

from gateway.core.errors import ExpectedError
from gateway.core.graphql.errors import INTERNAL, internal_message
from gateway.core.graphql.execution import Executor, GraphQLOutcome, GraphQLRequest, refused
from gateway.core.graphql.subscriptions import Subscription, SubscriptionField, subscription_of
from gateway.core.http.body import ClientGone, Receive, Scope, Send, read_body
from gateway.core.http.bridge import Answer, Environ, environ_of
from gateway.core.http.refusals import Refusal
from gateway.streams import single
from gateway.streams.caller import Caller
from gateway.streams.group import Sink
from gateway.streams.hub import Hub
from gateway.streams.limits import StreamLimits
from gateway.streams.protocol import complete_event, encoded
from gateway.streams.requests import (
    Asked,
    Distinct,
    Open,
    Operate,
    Reserve,
    allowed_origin,
    parse,
)
from gateway.streams.stream import PING_SECONDS, Stream
from gateway.streams.workers import Workers

Leave = Callable[[], None]
MOST_OPERATIONS = 100  # of one stream, in single connection mode


class SingleStream(Stream):
    """A stream with the operations that run on it: what ends each, by the client's ids."""

    def __init__(self) -> None:
        super().__init__()
        self.operations: dict[str, Leave] = {}

    def complete(self, id: str | None = None) -> None:  # noqa: A002 - the protocol's name
        if id is None:
            super().complete()
        elif self.operations.pop(id, None) is not None:
            self.put(complete_event(id))


class Streams:
    """The streams of a process. ``fields``: of the type Subscription, by name."""

    def __init__(
        self,
        executor: Executor,
        fields: Mapping[str, SubscriptionField],
        *,
        threads: int,
        limits: StreamLimits,
        most: int,
    ) -> None:
        self._executor = executor
        self._fields = fields
        self._limits = limits
        self._most = most
        self._workers = Workers(threads)
        self._hub: Hub | None = None
        self._singles: dict[str, SingleStream] = {}

    def close(self) -> None:
        if self._hub is not None:
            self._hub.stop()
        self._workers.close()

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request. Raises ClientGone."""
        origin = allowed_origin(_origin_of(scope))
        try:
            body = await read_body(scope, receive, most=self._most)
            asked = await self._parsed(environ_of(scope, body))
            with ExitStack() as stack:
                answer = await self._begin(asked, stack)
                if isinstance(answer, Stream):
                    await answer.serve(receive, send, origin)
                    return
        except Refusal as refusal:
            answer = Answer.of(refusal)
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - the caller gets an id, the log the traceback
            answer = Answer.of(Refusal(500, INTERNAL, internal_message(error)))
        answer.add_headers(origin)
        await answer.send(send)

    async def _parsed(self, environ: Environ) -> Asked:
        share = environ["REMOTE_ADDR"]
        return await self._workers.run(share, partial(parse, environ))

    async def _begin(self, asked: Asked, stack: ExitStack) -> Stream | Answer:
        """``stack``: what is undone when the stream has ended. Raises Refusal."""
        match asked:
            case Reserve():
                return Answer.text(201, asked.token)
            case Operate():
                run = partial(single.hand_over, asked.stream, asked.operation)
                await self._workers.run("operations", run)
                return Answer.text(202 if asked.operation.request else 200, "")
            case Open():
                return await self._open_single(asked, stack)
            case Distinct():
                return await self._open_distinct(asked, stack)

    async def _open_distinct(self, asked: Distinct, stack: ExitStack) -> Stream:
        stack.enter_context(self._limits.counted(asked.caller.user_key))
        stream = Stream()
        leave = await self._start(
            Sink(stream, None), asked.caller, asked.request, reads_only=asked.reads_only
        )
        stack.callback(leave)
        return stream

    async def _open_single(self, asked: Open, stack: ExitStack) -> Stream:
        stack.enter_context(self._limits.counted(asked.caller.user_key))
        self._listening()
        mark = partial(single.mark_open, asked.stream, is_new=True)
        if not await self._workers.run(asked.caller.user_key, mark):
            raise Refusal(409, "CONFLICT", "This stream is open already.")
        stream = SingleStream()
        self._singles[asked.stream] = stream
        self._handed_over(asked.stream)
        kept = asyncio.create_task(self._keep_marked(asked.stream))
        stack.callback(self._end_single, asked.stream, stream, kept)
        return stream

    async def _keep_marked(self, name: str) -> None:
        while True:
            await asyncio.sleep(PING_SECONDS)
            await self._workers.run("operations", partial(single.mark_open, name, is_new=False))

    def _end_single(self, name: str, stream: SingleStream, kept: "asyncio.Task[None]") -> None:
        kept.cancel()
        self._singles.pop(name, None)
        for leave in stream.operations.values():
            leave()
        self._later(self._workers.run("operations", partial(single.mark_closed, name)))

    def _handed_over(self, name: str) -> None:
        """An announcement of ``single.hand_over``; empty: some may have been missed."""
        for one in [name] if name else list(self._singles):
            if (stream := self._singles.get(one)) is not None:
                self._later(self._take_over(one, stream))

    async def _take_over(self, name: str, stream: SingleStream) -> None:
        taken = await self._workers.run("operations", partial(single.take_over, name))
        for operation in taken:
            self._later(self._operate(stream, operation))

    async def _operate(self, stream: SingleStream, taken: single.Operation) -> None:
        """Begin the operation, or end it. Every failure is an answer."""
        operation_id, running = taken.id, stream.operations.get(taken.id)
        if taken.request is None:
            if running is not None:
                running()
                stream.complete(operation_id)
            return
        if running is not None:
            error = GraphQLError("An operation with this id runs already.")
            stream.next(encoded(refused([error])), operation_id)
            return
        sink = Sink(stream, operation_id)
        stream.operations[operation_id] = partial(_leave, sink)
        if len(stream.operations) > MOST_OPERATIONS:
            message = f"A stream carries at most {MOST_OPERATIONS} operations; end one."
            _answer(sink, refused([GraphQLError(message)]))
            return
        leave = await self._start(sink, taken.caller, taken.request)
        if not sink.has_left:
            stream.operations[operation_id] = leave

    async def _start(
        self, sink: Sink, caller: Caller, request: GraphQLRequest, *, reads_only: bool = False
    ) -> Leave:
        """Have ``request`` answered on ``sink``; returns what ends that."""
        run = partial(self._prepared, caller, request, reads_only=reads_only)
        try:
            found = await self._workers.run(caller.user_key, run)
        except Exception as error:  # noqa: BLE001 - told to the client
            found = refused([GraphQLError(str(error), original_error=error)])
        if isinstance(found, GraphQLOutcome):
            _answer(sink, found)
            return partial(_leave, sink)
        if not sink.is_open:
            return partial(_leave, sink)
        return self._listening().join(caller, found, sink)

    def _prepared(
        self, caller: Caller, request: GraphQLRequest, *, reads_only: bool
    ) -> Subscription | GraphQLOutcome:
        """In a thread: a subscription to be answered, or the answer to anything else."""
        context = caller.contexts()()
        try:
            prepared = self._executor.prepare(request, context)
            if isinstance(prepared, GraphQLOutcome):
                return prepared
            kind = prepared.operation.kind
            if kind == "subscription":
                if refusal := self._executor.refusal(prepared, context):
                    return refusal
                return subscription_of(self._executor, prepared, self._fields)
            if kind == "mutation" and reads_only:
                return refused([GraphQLError("Send mutations by POST.")])
            return self._executor.execute(prepared, context)
        except (GraphQLError, ExpectedError) as error:
            return refused([GraphQLError(str(error), original_error=error)])

    def _listening(self) -> Hub:
        if self._hub is None:
            self._hub = Hub(self._workers, {single.CHANNEL: self._handed_over})
            self._hub.start({field.topic for field in self._fields.values() if field.topic})
        return self._hub

    def _later(self, work: Any) -> None:
        self._listening().spawn(work)


def _origin_of(scope: Scope) -> str:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    return next((value.decode("latin-1") for name, value in headers if name == b"origin"), "")


def _answer(sink: Sink, outcome: GraphQLOutcome) -> None:
    """The one answer to an operation, and its end."""
    if sink.is_open:
        sink.stream.next(encoded(outcome), sink.operation_id)
        sink.complete()


def _leave(sink: Sink) -> None:
    sink.has_left = True
