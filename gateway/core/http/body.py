"""A request's body in one piece, up to a cap, before any thread is spent on it."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from gateway.core.http.refusals import body_too_large

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ClientGone(Exception):
    """The client went away before its request was complete: nobody waits for an answer."""


async def read_body(scope: Scope, receive: Receive, *, most: int) -> bytes:
    """The body. Raises ClientGone; a Refusal with 413 as soon as it is sure to pass ``most`` bytes.

    A declared length that is too large is refused unread; a chunked body when it has come too far.
    """
    if _declared_length(scope) > most:
        raise body_too_large(most)
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part = message.get("body", b"")
        length += len(part)
        if length > most:
            raise body_too_large(most)
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _declared_length(scope: Scope) -> int:
    """Content-Length; 0 where there is none that can be read: the body is counted in any case."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0
