"""Checks that an answer is about the object that was requested.

A server that ignores a filter, or a cache before it, may answer with another object. Such an answer
says nothing about the object that was asked for: neither its state, nor that it is gone.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from libcloud.common.types import MalformedResponseError

from inventory.providers.reading import UNEXPECTED_FORM, Reading
from inventory.providers.tags import exactly

T = TypeVar("T")
Key = Callable[[str], str]

ANOTHER = "The cloud answered with another object than the one that was asked for."


def is_same(found: str | None, asked: str, key: Key = exactly) -> bool:
    """True if an answer with this id may be about the object. ``None``: it has no id.

    ``key`` returns the text that the cloud compares.
    """
    return not found or key(found) == key(asked)


def check_identity(found: str | None, asked: str, key: Key = exactly) -> None:
    """Raises MalformedResponseError if the answer has another id."""
    if not is_same(found, asked, key):
        raise MalformedResponseError(ANOTHER)


def same_object(body: T, asked: str, *names: str, key: Key = exactly) -> T:
    """``body``, whose id is at the path ``names``. Raises MalformedResponseError as above."""
    check_identity(id_at(body, *names), asked, key)
    return body


def id_at(body: Any, *names: str) -> str | None:
    """The id at this path; None if it is absent or cannot be read."""
    return Reading(body).identifier(*names, required=False)


def only_of(
    items: Iterable[T], asked: str, id_of: Callable[[T], str | None], key: Key = exactly
) -> T | None:
    """The object with this id in the answer about one object; else one whose id is unknown.

    None if the answer has no objects. Raises MalformedResponseError if it has others only, and if
    the object is null: then it is not known to be gone.
    """
    by_id = {key(id_of(item) or ""): item for item in items}
    for wanted in (key(asked), ""):
        if wanted in by_id:
            return _not_null(by_id[wanted])
    if by_id:
        raise MalformedResponseError(ANOTHER)
    return None


def _not_null(item: T) -> T:
    if item is None:
        raise MalformedResponseError(f"{UNEXPECTED_FORM}: an object is null.")
    return item
