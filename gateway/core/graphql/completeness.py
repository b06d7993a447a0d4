"""``extensions.complete``: true if the answer leaves nothing out; ``extensions.cuts``: the gaps.

A connection has a total count. A list without cursors has none, so a list that is cut is named
here: clients must not take an incomplete list for a complete one.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from gateway.core.graphql.collect import Path, path_to, place_of
from gateway.core.graphql.context import Context
from gateway.core.graphql.paging import MAX_FIRST

T = TypeVar("T")
# The description of such a list's ``first``.
HOW_MANY = f"The number; at most {MAX_FIRST}. extensions.cuts says how many are left out."
RAISE_FIRST = f"Raise first, {MAX_FIRST} at most, or narrow the list."


class Completeness:
    """The completeness of one operation's answer: ``context.of(Completeness)``.

    ``of_sources``: whether all sources answered; None: the answer has no receipts. ``cuts``: the
    lists that were cut, by the path of the list, without indexes, and the hint. One entry is for
    all lists of that field. Fields of several types may share a path.
    """

    def __init__(self) -> None:
        self.of_sources: bool | None = None
        self.cuts: dict[tuple[Path, str], dict[str, Any]] = {}


def note_sources(context: Context, complete: bool) -> None:
    """Say whether all sources that were noted until now have answered in full."""
    context.of(Completeness).of_sources = complete
    _show(context)


def first_of(
    info: Any,
    rows: Iterable[T],
    count: int,
    *,
    total: Callable[[], int],
    hint: str = RAISE_FIRST,
) -> list[T]:
    """The first ``count`` of ``rows``, noted as cut if there are more.

    ``rows``: one more than ``count`` where there are more. ``total``: counts all; it is called only
    for a list that is cut. ``hint``: how to get the rest.
    """
    found = list(rows)
    if len(found) > count:
        note_cut(info, total() - count, hint=hint)
    return found[:count]


def note_cut(info: Any, left_out: int | None, *, hint: str = RAISE_FIRST) -> None:
    """Record that the last ``left_out`` entries of a list are left out; None: an unknown number.

    ``info``: of the field of the list.
    """
    context: Context = info.context
    path = path_to(place_of(info.path))
    entry = context.of(Completeness).cuts.setdefault(
        (path, hint), {"path": list(path), "lists": 0, "leftOut": 0, "message": ""}
    )
    entry["lists"] += 1
    if left_out is None or entry["leftOut"] is None:
        entry["leftOut"], number = None, "More"
    else:
        entry["leftOut"] += max(1, left_out)
        number = f"{entry['leftOut']} more"
    entry["message"] = f"{number} are not shown. {hint}"
    _show(context)


def _show(context: Context) -> None:
    noted = context.of(Completeness)
    context.extensions["complete"] = noted.of_sources is not False and not noted.cuts
    if noted.cuts:
        context.extensions["cuts"] = list(noted.cuts.values())
