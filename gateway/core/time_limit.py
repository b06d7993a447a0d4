"""A time limit for the database queries of a request: after it, no client waits for the answer."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


class OutOfTime(BaseException):
    """The time is up. It is no Exception: GraphQL would catch it in each field and continue."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises OutOfTime for a statement that begins in this thread after ``seconds``.

    For reads only, because a write must not stop half-way. A running statement is not interrupted.
    """
    ends_at = time.monotonic() + seconds

    def checked(execute: Callable[..., Any], *statement: Any) -> Any:
        if time.monotonic() > ends_at:
            raise OutOfTime
        return execute(*statement)

    with connection.execute_wrapper(checked):
        yield
