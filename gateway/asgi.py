"""The front: what Granian serves (`granian --interface asgi gateway.asgi:application`).

::

    request ─▶ body, up to MAX_BODY_BYTES ─┬─▶ Django in one of FRONT_THREADS threads
                                           └─▶ /graphql/stream, here, without a thread

Reading and streaming cost no thread, so slow clients and open streams leave Django's threads to
those who ask something. Nothing here may block: one event loop serves every connection.
"""

import gc

from django.conf import settings
from django.urls import resolve

from gateway.core.graphql.errors import INTERNAL, internal_message
from gateway.core.http.body import ClientGone, Receive, Scope, Send, read_body
from gateway.core.http.bridge import Answer, WSGIBridge
from gateway.core.http.refusals import Refusal
from gateway.wsgi import application as django_application

STREAM_PATH = "/graphql/stream"
NO_STREAMS = Refusal(501, "NOT_IMPLEMENTED", "Streams are not served yet; ask again by POST.")


class Front:
    """An ASGI application around ``bridge``; bodies of more than ``most`` bytes are refused."""

    def __init__(self, bridge: WSGIBridge, *, most: int) -> None:
        self._bridge = bridge
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
            answer = await self._answer(scope, receive)
        except ClientGone:
            return
        await send(
            {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
        )
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        """Raises ClientGone; every other failure is an answer."""
        try:
            body = await read_body(scope, receive, most=self._most)
            if scope["path"] == STREAM_PATH:
                return Answer.of(NO_STREAMS)
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
        self._bridge.close()
        await send({"type": "lifespan.shutdown.complete"})


from gateway.core.accounts.client_shares import client_shares  # noqa: E402 - wants Django set up

resolve("/graphql/")  # imports the views and the schema: the first request need not wait for them
# What the imports made stays for good, and what an answer makes dies with it: collecting garbage
# by Python's own thresholds costs a listing of 1,000 machines three times the rest of its work.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
application = Front(
    WSGIBridge(django_application, threads=settings.FRONT_THREADS, share_of=client_shares.share_of),
    most=settings.MAX_BODY_BYTES,
)
