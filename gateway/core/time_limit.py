"""A time limit for what the database is asked: nobody waits for an answer after it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


class OutOfTime(BaseException):
    """The time is up. No Exception: GraphQL catches those field by field, and would go on."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """No statement begins in this thread more than ``seconds`` from now: OutOfTime instead.

    For reads only: what writes must not be left in the middle. A statement under way is not cut.
    """
    ends_at = time.monotonic() + seconds

    def checked(execute: Callable[..., Any], *statement: Any) -> Any:
        if time.monotonic() > ends_at:
            raise OutOfTime
        return execute(*statement)

    with connection.execute_wrapper(checked):
        yield
