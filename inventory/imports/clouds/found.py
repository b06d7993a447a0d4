"""The result of a reader: an account that can be connected, or the reason why it cannot."""

from collections.abc import Callable
from dataclasses import dataclass, field


class Unusable(Exception):
    """Why one account of a file is left out; the others are read on."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account that a reader found. ``credentials``: by the names of the kind's fields.

    ``regions``: None where the entry names none, which is the kind's default.
    """

    kind: str
    credentials: dict[str, str] = field(repr=False)
    regions: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Found:
    """An account, and where it was found. ``name``: what the provider will be called."""

    origin: str
    name: str
    account: Account


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """An entry that is not connected. ``reason`` says what to do about it.

    ``unread``: it is a whole file, which cannot be read.
    """

    origin: str
    name: str
    reason: str
    unread: bool = False


Finding = Found | LeftOut


def finding(origin: str, name: str, read: Callable[[], Account]) -> Finding:
    """The account that ``read`` returns. If it raises Unusable, this entry alone is left out."""
    try:
        return Found(origin=origin, name=name, account=read())
    except Unusable as unusable:
        return LeftOut(origin=origin, name=name, reason=str(unusable))
