"""What the ASGI front calls for a request to ``/graphql/stream``."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any

from graphql import GraphQLError

from gateway.core.errors import RateLimited
from gateway.core.graphql.errors import INTERNAL, internal_message
from gateway.core.graphql.execution import Executor, GraphQLOutcome, GraphQLRequest, refused
from gateway.core.graphql.subscriptions import SubscriptionField
from gateway.core.http.body import ClientGone, Receive, Scope, Send, read_body
from gateway.core.http.bridge import Answer, Environ, environ_of
from gateway.core.http.refusals import Refusal, throttled
from gateway.streams import single
from gateway.streams.caller import Caller
from gateway.streams.group import Sink
from gateway.streams.hub import Hub
from gateway.streams.limits import StreamLimits
from gateway.streams.preparation import prepare
from gateway.streams.protocol import encoded
from gateway.streams.requests import (
    Asked,
    Distinct,
    Open,
    Operate,
    Reserve,
    allowed_origin,
    parse,
)
from gateway.streams.singles import Singles
from gateway.streams.stream import Stream
from gateway.streams.workers import Workers

Leave = Callable[[], None]


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
        self._singles = Singles(self._workers, self._later, self._start)

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
        """``stack``: closed when the stream has ended. Raises Refusal."""
        match asked:
            case Reserve():
                return Answer.text(201, asked.token)
            case Operate():
                await self._singles.operate(asked)
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
        return await self._singles.open(asked, stack)

    async def _start(
        self, sink: Sink, caller: Caller, request: GraphQLRequest, *, reads_only: bool = False
    ) -> Leave:
        """Have ``request`` answered on ``sink``; returns what ends that.

        Raises Refusal when the budget is spent, as ``/graphql/`` does, where the operation is a
        response of its own.
        """
        read = partial(prepare, self._executor, self._fields, caller, request)
        run = partial(read, reads_only=reads_only)
        try:
            found = await self._workers.run(caller.user_key, run)
        except RateLimited as limited:
            if sink.operation_id is None:
                raise throttled(limited) from None
            found = refused([GraphQLError(str(limited), original_error=limited)])
        except Exception as error:  # noqa: BLE001 - reported to the client
            found = refused([GraphQLError(str(error), original_error=error)])
        if isinstance(found, GraphQLOutcome):
            _answer(sink, found)
            return sink.leave
        if not sink.is_open:
            return sink.leave
        return self._listening().join(caller, found, sink)

    def _listening(self) -> Hub:
        if self._hub is None:
            self._hub = Hub(self._workers, {single.CHANNEL: self._singles.look})
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
