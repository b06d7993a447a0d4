"""``extensions.complete``: whether the answer leaves anything out, and ``extensions.cuts``: where.

A connection counts what it does not show. A list without cursors has no place for that, so one that
ends before its last entry is named here: a part must not pass for the whole.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from gateway.core.graphql.collect import Path, path_to, place_of
from gateway.core.graphql.context import Context
from gateway.core.graphql.paging import MAX_FIRST

T = TypeVar("T")
# The description of such a list's ``first``.
HOW_MANY = f"How many; at most {MAX_FIRST}. extensions.cuts says how many are left out."
RAISE_FIRST = f"Raise first, {MAX_FIRST} at most, or narrow the list."


class Completeness:
    """What one operation knows of it: ``context.of(Completeness)``.

    ``of_sources``: whether all sources answered; None: the answer has no receipts. ``cuts``: by the
    path of a list, without indexes, and the hint: one entry stands for all lists of that field.
    Fields of several types may share a path.
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
    """Say that the list that ``info`` is of lacks its last ``left_out`` entries; None: nobody knows
    how many.
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
