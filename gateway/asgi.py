"""The front: what Granian serves (`granian --interface asgi gateway.asgi:application`).

::

    request ─▶ body, up to MAX_BODY_BYTES ─┬─▶ Django in one of FRONT_THREADS threads
                                           ├─▶ /graphql/stream, here, without a thread
                                           └─▶ /export/…, here, a thread for each page

Reading and streaming cost no thread, so slow clients and open streams leave Django's threads to
those who ask something. Nothing here may block: one event loop serves every connection.
"""

import gc
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import resolve

from gateway.core.graphql.errors import INTERNAL, internal_message
from gateway.core.http.body import ClientGone, Receive, Scope, Send, read_body
from gateway.core.http.bridge import Answer, WSGIBridge
from gateway.core.http.refusals import Refusal
from gateway.wsgi import application as django_application

if TYPE_CHECKING:
    from gateway.exports.front import Exports
    from gateway.streams.front import Streams

EXPORT_PATH = "/export/"
STREAM_PATH = "/graphql/stream"


class Front:
    """An ASGI application around ``bridge``; bodies of more than ``most`` bytes are refused."""

    def __init__(
        self, bridge: WSGIBridge, streams: "Streams", exports: "Exports", *, most: int
    ) -> None:
        self._bridge = bridge
        self._streams = streams
        self._exports = exports
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["path"] == STREAM_PATH and scope["method"] != "OPTIONS":
                await self._streams.serve(scope, receive, send)
                return
            if scope["path"].startswith(EXPORT_PATH) and scope["method"] != "OPTIONS":
                await self._exports.serve(scope, receive, send)
                return
            answer = await self._answer(scope, receive)
        except ClientGone:
            return
        await answer.send(send)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        """Raises ClientGone; every other failure is an answer."""
        try:
            body = await read_body(scope, receive, most=self._most)
            return await self._bridge.answer(scope, body)
        except Refusal as refusal:
            return Answer.of(refusal)
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - the caller gets an id, the log the traceback
            return Answer.of(Refusal(500, INTERNAL, internal_message(error)))

    async def _live(self, receive: Receive, send: Send) -> None:
        """The server's start and end."""
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._streams.close()
        self._exports.close()
        self._bridge.close()
        await send({"type": "lifespan.shutdown.complete"})


from gateway.core.accounts.client_shares import client_shares  # noqa: E402 - wants Django set up
from gateway.exports.front import Exports  # noqa: E402 - wants Django set up
from gateway.schema import SUBSCRIPTION_FIELDS, executor, export_executor  # noqa: E402
from gateway.streams.front import Streams  # noqa: E402 - wants Django set up
from gateway.streams.limits import StreamLimits  # noqa: E402

resolve("/graphql/")  # imports the views and the schema: the first request need not wait for them
# Objects that the imports created stay for good, and the objects of an answer are freed with it.
# With Python's own thresholds, garbage collection takes three times as long as the rest of the work
# for a list of 1,000 machines. The imports leave 8,000 objects of garbage. To look for them would
# take a seventh of the time of the start, and free no memory that shows.
gc.freeze()
gc.set_threshold(20_000, 20, 20)
application = Front(
    WSGIBridge(django_application, threads=settings.FRONT_THREADS, share_of=client_shares.share_of),
    Streams(
        executor,
        SUBSCRIPTION_FIELDS,
        threads=settings.STREAM_THREADS,
        limits=StreamLimits(total=settings.STREAMS_PER_PROCESS, per_user=settings.STREAMS_PER_USER),
        most=settings.MAX_BODY_BYTES,
    ),
    Exports(
        export_executor,
        threads=settings.EXPORT_THREADS,
        limits=StreamLimits(
            total=settings.EXPORTS_PER_PROCESS, per_user=settings.EXPORTS_PER_USER, noun="exports"
        ),
        most=settings.MAX_BODY_BYTES,
    ),
    most=settings.MAX_BODY_BYTES,
)
