"""The requests of a block that failed, also those whose failure a driver hides.

Some of libcloud's drivers catch the error of a request and go on, so that a list lacks what was
asked for, and an action looks accepted. A reply of 404 does not count: that one object is gone
while it is read is no failure.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http import HTTPStatus

import requests

from inventory.providers.exceptions import error_of_status

_failures: ContextVar[list[Exception] | None] = ContextVar("failures", default=None)


@contextmanager
def noted() -> Iterator[list[Exception]]:
    """The failures of requests that are sent inside of the block, in their order."""
    failures: list[Exception] = []
    token = _failures.set(failures)
    try:
        yield failures
    finally:
        _failures.reset(token)


def note(error: Exception) -> None:
    failures = _failures.get()
    if failures is not None:
        failures.append(error)


def note_reply(response: requests.Response) -> None:
    """Note a reply that is a refusal."""
    status = response.status_code
    if status >= HTTPStatus.BAD_REQUEST and status != HTTPStatus.NOT_FOUND:
        message = f"A request of the driver was answered with HTTP status {status}."
        note(error_of_status(status, message, response.headers))
