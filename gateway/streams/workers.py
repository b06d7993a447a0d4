"""The threads in which streams ask the database, shared between users by quota."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import close_old_connections

from gateway.core.fair_pool import FairPool

T = TypeVar("T")
SYSTEM = "system"  # the share of what is asked for all streams


class Workers:
    def __init__(self, threads: int) -> None:
        self._pool = FairPool(threads, "streams")

    async def run(self, user_key: Any, call: Callable[[], T]) -> T:
        """What ``call`` returns or raises, in a thread of this user's share."""
        return await asyncio.wrap_future(
            self._pool.submit((f"user {user_key}",), lambda: _own(call))
        )

    def close(self) -> None:
        self._pool.shutdown()


def _own(call: Callable[[], T]) -> T:
    """Outside of a request nobody else gives the thread's connection back."""
    close_old_connections()
    try:
        return call()
    finally:
        close_old_connections()
