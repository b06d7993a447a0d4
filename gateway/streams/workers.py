"""The threads in which streams and exports ask the database, shared between users by quota."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import close_old_connections

from gateway.core.fair_pool import FairPool
from gateway.core.turns import process_turns

T = TypeVar("T")
SYSTEM = "system"  # the share of what is asked for all streams


class Workers:
    def __init__(self, threads: int, name: str = "streams") -> None:
        self._pool = FairPool(threads, name, turns=process_turns)

    async def run(self, user_key: Any, call: Callable[[], T]) -> T:
        """What ``call`` returns or raises, in a thread of this user's share."""
        return await asyncio.wrap_future(
            self._pool.submit((f"user {user_key}",), lambda: _own(call))
        )

    def close(self) -> None:
        self._pool.shutdown()


def _own(call: Callable[[], T]) -> T:
    """Run ``call`` and release the thread's connection: Django does so only for requests."""
    close_old_connections()
    try:
        return call()
    finally:
        close_old_connections()
