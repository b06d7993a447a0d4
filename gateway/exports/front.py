"""What the ASGI front calls for a request to ``/export/…``.

An export runs a page at a time in threads of its own, and the next page when the client has taken
the last one. A client that goes away ends it. After a failure behind the first byte, the last
message of the response is not sent, which clients report: see docs/decisions/0068.
"""

import asyncio
import logging
from collections.abc import Mapping
from functools import partial

from gateway.core.errors import ExpectedError, RateLimited
from gateway.core.graphql.errors import INTERNAL, internal_message
from gateway.core.graphql.execution import Executor
from gateway.core.http.body import ClientGone, Receive, Scope, Send, read_body
from gateway.core.http.bridge import Answer, environ_of
from gateway.core.http.headers import ALWAYS
from gateway.core.http.refusals import Refusal
from gateway.core.http.validators import is_named
from gateway.exports.arrivals import Arrived, arrived_of, begun, origin_headers, page_of
from gateway.exports.export import Export
from gateway.streams.limits import StreamLimits
from gateway.streams.workers import Workers

log = logging.getLogger(__name__)

BLOCK_BYTES = 64 * 1024
# A block that a client has not taken by then: it does not read any more.
SEND_SECONDS = 60.0


class Exports:
    """The exports of a process."""

    def __init__(
        self, executor: Executor, *, threads: int, limits: StreamLimits, most: int
    ) -> None:
        """``most``: bytes of a body, which a request of this kind does not need."""
        self._executor = executor
        self._workers = Workers(threads, "exports")
        self._limits = limits
        self._most = most

    def close(self) -> None:
        self._workers.close()

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request. Raises ClientGone."""
        headers = origin_headers(scope)
        try:
            body = await read_body(scope, receive, most=self._most)
            environ = environ_of(scope, body)
            arrived = await self._workers.run(environ["REMOTE_ADDR"], partial(arrived_of, environ))
            with self._limits.counted(arrived.caller.user_key):
                answer = await self._answer(arrived, receive, send, headers)
        except Refusal as refusal:
            answer = Answer.of(refusal)
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - the caller gets an id, the log the traceback
            answer = Answer.of(Refusal(500, INTERNAL, internal_message(error)))
        if answer is not None:
            answer.add_headers(headers)
            if scope["method"] == "HEAD":
                answer.body = b""
            await answer.send(send)

    async def _answer(
        self, arrived: Arrived, receive: Receive, send: Send, headers: Mapping[str, str]
    ) -> Answer | None:
        """The answer, if it has no rows; None: it was sent. Raises Refusal."""
        key = arrived.caller.user_key
        export = await self._workers.run(key, partial(begun, self._executor, arrived))
        found = {**_headers(export), **headers}
        if export.etag is not None and is_named(export.etag, arrived.if_none_match):
            return _empty(304, found)
        if arrived.is_head:
            return _empty(200, found)
        await send({"type": "http.response.start", "status": 200, "headers": _encoded(found)})
        await self._sent_until_gone(export, arrived, receive, send)
        return None

    async def _sent_until_gone(
        self, export: Export, arrived: Arrived, receive: Receive, send: Send
    ) -> None:
        tasks = {
            asyncio.create_task(self._send(export, arrived, send)),
            asyncio.create_task(_gone(receive)),
        }
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            for result in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(result, Exception):
                    log.info("An export ended early: %r", result)

    async def _send(self, export: Export, arrived: Arrived, send: Send) -> None:
        """All of it. Without the last message the server breaks the response off."""
        try:
            await _sent(send, export.format.begin())
            while not export.is_done:
                await _sent(send, await self._page(export, arrived))
            await _sent(send, export.end())
        except TimeoutError:
            log.info("An export is dropped: its client does not read.")
            return
        except Exception as error:  # noqa: BLE001 - the client gets an id, the log the traceback
            known = _expected(error)
            log.warning("An export failed: %s %s", known.code, known.message)
            await _sent(send, export.failed(known))
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _page(self, export: Export, arrived: Arrived) -> bytes:
        """The next page. While a spent budget refills, no thread waits."""
        while True:
            try:
                return await self._workers.run(
                    arrived.caller.user_key, partial(page_of, export, arrived)
                )
            except RateLimited as limited:
                await asyncio.sleep(limited.retry_after)


def _expected(error: Exception) -> ExpectedError:
    if isinstance(error, ExpectedError):
        return error
    return ExpectedError(internal_message(error), code=INTERNAL)


def _headers(export: Export) -> dict[str, str]:
    name = f"{export.wanted.what.name}.{export.wanted.form}"
    found = {
        "Content-Type": export.format.media_type,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-cache",
        "X-Accel-Buffering": "no",  # nginx must not hold rows back
        **export.summary.headers,
        **ALWAYS,
    }
    return found if export.etag is None else {**found, "ETag": export.etag}


def _empty(status: int, headers: Mapping[str, str]) -> Answer:
    return Answer(status, _encoded(headers), b"")


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [
        (name.lower().encode("latin-1"), one.encode("latin-1")) for name, one in headers.items()
    ]


async def _sent(send: Send, data: bytes) -> None:
    """Raises TimeoutError if the client does not take it."""
    for start in range(0, len(data), BLOCK_BYTES):
        block = data[start : start + BLOCK_BYTES]
        message = {"type": "http.response.body", "body": block, "more_body": True}
        await asyncio.wait_for(send(message), SEND_SECONDS)


async def _gone(receive: Receive) -> None:
    """Return when the client has gone away."""
    while (await receive())["type"] != "http.disconnect":
        pass
