"""The limits of all replies to one task together, whatever cloud sends them and how.

``transport`` bounds a single reply. A list has many: gzip makes of a few kilobytes 64 MiB, on each
of its pages, and an object of two characters becomes a record of half a kilobyte. So the bytes of
all replies are counted, decompressed, and the objects that are read in them.

docs/limits.md has what was measured.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from libcloud.common.types import MalformedResponseError

from gateway.core.http.budget import budget_in_use

MIB = 1 << 20
# The least that a value of JSON counts as: it takes about 90 bytes of memory, and two in the body.
VALUE_BYTES = 32
CHECKED_EVERY = 1024  # objects between two looks at the clock
TOO_LARGE = (
    "The cloud's replies are larger than {most} MiB together, decompressed. The gateway's setting "
    "CLOUD_REPLIES_MIB is the limit; each value of JSON counts as 32 bytes at least."
)
TOO_MANY = (
    "The cloud's replies have more than {most:,} objects. The gateway's setting CLOUD_OBJECTS is "
    "the limit of one list."
)


class OverLimit(MalformedResponseError):
    """A task has received more than the gateway takes; to ask again does not help."""


class ReplyLimits:
    """Counts what one task receives. Each method raises OverLimit above the limit."""

    def __init__(self) -> None:
        self._most_bytes = settings.CLOUD_REPLIES_MIB * MIB
        self._most_objects = settings.CLOUD_OBJECTS
        self._received = self._objects = 0
        self._has_odd = False

    def count(self, received: int, values: int = 0) -> None:
        """``received``: bytes, decompressed. ``values``: how many values of JSON are in them."""
        self._received += max(received, values * VALUE_BYTES)
        if self._received > self._most_bytes:
            raise OverLimit(TOO_LARGE.format(most=self._most_bytes // MIB))

    def count_object(self) -> None:
        """Raises TimeoutError, too: many objects take time to be read."""
        self._objects += 1
        if self._objects > self._most_objects:
            raise OverLimit(TOO_MANY.format(most=self._most_objects))
        if self._objects % CHECKED_EVERY == 0:
            budget_in_use().check()

    def is_first_odd(self) -> bool:
        """True at the first call: for the first object of the task that could not be read."""
        is_first, self._has_odd = not self._has_odd, True
        return is_first

    @contextmanager
    def used(self) -> Iterator[None]:
        """Inside the block, what this thread receives counts."""
        token = _in_use.set(self)
        try:
            yield
        finally:
            _in_use.reset(token)


_in_use: ContextVar[ReplyLimits | None] = ContextVar("reply_limits", default=None)


def count_received(received: int, values: int = 0) -> None:
    """As ``ReplyLimits.count`` of the task; nothing without a task."""
    limits = _in_use.get()
    if limits is not None:
        limits.count(received, values)


def count_object() -> None:
    """As ``ReplyLimits.count_object`` of the task; nothing without a task."""
    limits = _in_use.get()
    if limits is not None:
        limits.count_object()


def is_first_odd() -> bool:
    """As ``ReplyLimits.is_first_odd`` of the task; True without a task."""
    limits = _in_use.get()
    return limits is None or limits.is_first_odd()
