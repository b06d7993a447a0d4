"""Whose jobs one may see beyond one's own: what other apps know of the scopes of jobs.

Jobs knows a scope as an opaque id. The app that it belongs to says which of them are within a
user's reach, and which of its scopes are not: a job that somebody asked for before they lost its
provider is out of their reach with it. ::

    @scope_reach
    def provider_scopes(user: User) -> ScopeReach: ...

A scope that no app knows, as that of a provider that is gone, leaves a job to its requester.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ScopeReach:
    """Two subqueries of scopes: those within the user's reach, and all others that there are.

    ``known``: which of some scopes are within the user's reach.
    """

    within: Any
    beyond: Any
    known: Callable[[Collection[str]], set[str]]


Reach = Callable[[Any], ScopeReach]

_reaches: list[Reach] = []


def scope_reach(reach: Reach) -> Reach:
    """Have a function asked which scopes a user may see the jobs of."""
    _reaches.append(reach)
    return reach


def reaches_of(user: Any) -> Iterator[ScopeReach]:
    for reach in _reaches:
        yield reach(user)
