"""The owner of a provider for whom this thread works: its work counts against their share."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_owner: ContextVar[Hashable] = ContextVar("owner", default=None)


@contextmanager
def asking_for(owner: Hashable) -> Iterator[None]:
    """Inside the block, what this thread uses up counts as used by ``owner``."""
    token = _owner.set(owner)
    try:
        yield
    finally:
        _owner.reset(token)


def current_owner() -> Hashable:
    """The owner; None: the gateway itself, which has a share as an owner has."""
    return _owner.get()
