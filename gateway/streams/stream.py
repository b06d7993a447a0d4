"""The response to one client.

Events wait in a queue of bounded size. A client that does not read is dropped; it connects again
and gets the present state.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping

from gateway.core.http.body import Receive, Send
from gateway.core.http.headers import ALWAYS
from gateway.streams.protocol import CONTENT_TYPE, PING, complete_event, next_event

log = logging.getLogger(__name__)

PING_SECONDS = 12.0
# A client that has not taken a chunk by then does not read any more.
SEND_SECONDS = 20.0
MOST_BYTES = 4 * 1024 * 1024  # that wait for a client
LOW_BYTES = 256 * 1024  # below it, a sender that waits continues
HEADERS = {
    "content-type": CONTENT_TYPE,
    "cache-control": "no-store",
    "x-accel-buffering": "no",  # nginx must not hold events back
    **{name.lower(): value for name, value in ALWAYS.items()},
}


class Stream:
    """A response of server-sent events. For one event loop."""

    def __init__(self) -> None:
        self._queue: deque[bytes] = deque()
        self._bytes = 0
        self._filled = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()
        self.is_closed = False

    def next(self, payload: bytes, id: str | None = None) -> None:  # noqa: A002 - the protocol's
        """``payload``: a response map as JSON; ``id``: of the operation, in single mode."""
        self.put(next_event(payload, id))

    def complete(self, id: str | None = None) -> None:  # noqa: A002 - the protocol's name
        """The operation has ended; in distinct mode, the stream too."""
        self.put(complete_event(id))
        if id is None:
            self.close()

    def put(self, data: bytes) -> None:
        if self.is_closed:
            return
        if self._bytes > MOST_BYTES:
            log.info("A stream is dropped: %d bytes wait for its client.", self._bytes)
            self._queue.clear()
            self.close()
            return
        self._queue.append(data)
        self._bytes += len(data)
        if self._bytes > LOW_BYTES:
            self._drained.clear()
        self._filled.set()

    def close(self) -> None:
        """End it when everything that waits was sent."""
        self.is_closed = True
        self._filled.set()
        self._drained.set()

    async def drained(self) -> None:
        """Wait until little waits for the client, or the stream has ended."""
        await self._drained.wait()

    async def serve(self, receive: Receive, send: Send, headers: Mapping[str, str]) -> None:
        """Send until the stream is closed or the client is gone."""
        fields = {**HEADERS, **headers}
        encoded = [
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in fields.items()
        ]
        await send({"type": "http.response.start", "status": 200, "headers": encoded})
        tasks = {asyncio.create_task(self._write(send)), asyncio.create_task(_gone(receive))}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.close()
            for task in tasks:
                task.cancel()
            for result in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(result, Exception):
                    log.info("A stream ended early: %r", result)

    async def _write(self, send: Send) -> None:
        await _sent(send, PING, more=True)  # the client learns at once that it is connected
        while self._queue or not self.is_closed:
            try:
                await asyncio.wait_for(self._filled.wait(), PING_SECONDS)
            except TimeoutError:
                await _sent(send, PING, more=True)
                continue
            if self._queue:
                await _sent(send, self._take(), more=True)
        await _sent(send, b"", more=False)

    def _take(self) -> bytes:
        """All that waits."""
        data = b"".join(self._queue)
        self._queue.clear()
        self._bytes = 0
        self._drained.set()
        if not self.is_closed:
            self._filled.clear()
        return data


async def _sent(send: Send, data: bytes, *, more: bool) -> None:
    """Raises TimeoutError if the client does not take it."""
    message = {"type": "http.response.body", "body": data, "more_body": more}
    await asyncio.wait_for(send(message), SEND_SECONDS)


async def _gone(receive: Receive) -> None:
    """Return when the client has gone away."""
    while (await receive())["type"] != "http.disconnect":
        pass
