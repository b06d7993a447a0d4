"""A request's body in one piece, up to a cap, before any thread is spent on it."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from gateway.core.http.refusals import body_too_large

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ClientGone(Exception):
    """The client disconnected before its request was complete, so it needs no answer."""


async def read_body(scope: Scope, receive: Receive, *, most: int) -> bytes:
    """The body. Raises ClientGone; a Refusal with 413 as soon as it is sure to pass ``most`` bytes.

    A body with a declared length that is too large is refused unread. A chunked body is refused
    when it has become too long.
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
    """Content-Length; 0 if it is absent or malformed: the bytes of the body are always counted."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0
