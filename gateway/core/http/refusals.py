"""Refusals of requests, as GraphQL JSON: ``{"errors": [{message, extensions}]}``."""

from collections.abc import Mapping
from typing import Any

import orjson

from gateway.core.errors import RateLimited

BUSY_SECONDS = 2


class Refusal(Exception):
    """Raise it to end a request with ``status``; ``message`` is for the caller."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        extensions: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.extensions = extensions or {}
        self.headers = {"Cache-Control": "no-store", **(headers or {})}

    @property
    def body(self) -> bytes:
        extensions = {"code": self.code, **self.extensions}
        return orjson.dumps({"errors": [{"message": self.message, "extensions": extensions}]})


def bad_request(message: str) -> Refusal:
    return Refusal(400, "BAD_REQUEST", message)


def too_many_waiting() -> Refusal:
    message = f"Too many of your requests wait for an answer; try again in {BUSY_SECONDS} seconds."
    return Refusal(
        429,
        "RATE_LIMITED",
        message,
        headers={"Retry-After": str(BUSY_SECONDS)},
        extensions={"retryAfter": BUSY_SECONDS},
    )


def throttled(limited: RateLimited) -> Refusal:
    return Refusal(
        429,
        limited.code,
        limited.message,
        headers={"Retry-After": str(limited.retry_after)},
        extensions={"retryAfter": limited.retry_after},
    )


def body_too_large(most: int) -> Refusal:
    """``most``: bytes."""
    message = f"The request body is larger than {most} bytes."
    return Refusal(413, "BODY_TOO_LARGE", message)
