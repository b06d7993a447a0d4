"""What a reader hands over: an account that can be connected, or the reason why it cannot."""

from collections.abc import Callable
from dataclasses import dataclass, field


class Unusable(Exception):
    """Why one account of a file is left out; the others are read on."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """What a reader makes of an entry. ``credentials``: by the names of the kind's fields.

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
    """An entry that is not connected. ``reason`` says what to do about it."""

    origin: str
    name: str
    reason: str


Finding = Found | LeftOut


def finding(origin: str, name: str, read: Callable[[], Account]) -> Finding:
    """What ``read`` makes of one entry; being Unusable concerns that entry alone."""
    try:
        return Found(origin=origin, name=name, account=read())
    except Unusable as unusable:
        return LeftOut(origin=origin, name=name, reason=str(unusable))
