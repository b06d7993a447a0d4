"""The requests of a block that failed, also those whose failure a driver hides.

Some of libcloud's drivers catch the error of a request and go on, so that objects are missing in a
list, and an action looks accepted. Others take any status for a success. A reply of 404 does not
count if a request before it succeeded: an object that is deleted while it is read is no failure.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http import HTTPStatus
from typing import NamedTuple

import requests

from inventory.providers.exceptions import error_of_status

LONGEST_KEPT = 64 * 1024  # bytes


class Reply(NamedTuple):
    """The address of a request, and the beginning of its reply's body: LONGEST_KEPT bytes."""

    url: str
    body: bytes
    is_whole: bool


class Failures:
    """The failures, in their order. ``is_latest``: the latest request failed.

    ``replies``: those that are neither a failure nor a 404.
    """

    def __init__(self) -> None:
        self._found: list[Exception] = []
        self.is_latest = False
        self.replies: list[Reply] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, error: Exception) -> None:
        self._found.append(error)
        self.is_latest = True

    def clear(self) -> None:
        self._found.clear()
        self.replies.clear()

    def raise_first(self) -> None:
        """Raises nothing if nothing failed."""
        self._raise(0)

    def raise_last(self) -> None:
        """Raises nothing if nothing failed."""
        self._raise(-1)

    def _raise(self, at: int) -> None:
        """Raise the failure without a reference cycle.

        The error refers to this frame and to its caller's. A reference from there to the error
        would be a cycle, which holds the answers that were read until garbage is collected.
        """
        if not self._found:
            return
        error = self._found[at]
        self.clear()
        try:
            raise error
        finally:
            del error


_failures: ContextVar[Failures | None] = ContextVar("failures", default=None)


@contextmanager
def noted() -> Iterator[Failures]:
    """The failures of requests that are sent inside of the block; none if the block raises."""
    failures = Failures()
    token = _failures.set(failures)
    try:
        yield failures
    except BaseException:
        failures.clear()  # it may have what is raised, which refers to this frame: see ``_raise``
        raise
    finally:
        _failures.reset(token)


def note(error: Exception) -> None:
    failures = _failures.get()
    if failures is not None:
        failures.add(error)


def note_reply(response: requests.Response) -> None:
    """Note a reply, and that it is a failure if it is a refusal, or a redirect to nowhere."""
    failures = _failures.get()
    if failures is None or response.is_redirect:  # which is followed
        return
    status = response.status_code
    is_gone = status == HTTPStatus.NOT_FOUND and failures.replies
    if status >= HTTPStatus.MULTIPLE_CHOICES and not is_gone:
        message = f"A request of the driver was answered with HTTP status {status}."
        failures.add(error_of_status(status, message, response.headers))
        return
    failures.is_latest = False
    if status != HTTPStatus.NOT_FOUND:
        body = response.content
        is_whole = len(body) <= LONGEST_KEPT
        failures.replies.append(Reply(str(response.url), body[:LONGEST_KEPT], is_whole))
