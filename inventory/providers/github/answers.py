"""An answer of GitHub's GraphQL API: its data, and what its errors say about which part of them.

Each error has the ``path`` of the field that it is about; that field is null, or the nearest one
above it that may be. The rest of the data is answered:
https://spec.graphql.org/October2021/#sec-Errors. So one object of a list may be refused alone, as
those of an organization with single sign-on: https://github.com/cli/cli/issues/7881
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from libcloud.common.types import MalformedResponseError

from inventory.providers.exceptions import ProviderError
from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.reading import Reading

LEFT_OUT = "GitHub left an object out of its answer and did not say why."

Path = tuple[str | int, ...]


class FieldError(NamedTuple):
    """``path``: empty: it is about the whole request."""

    path: Path
    error: ProviderError


@dataclass(frozen=True, slots=True)
class Answer:
    data: Mapping[str, Any]
    errors: tuple[FieldError, ...] = ()

    def above(self, *path: str | int) -> ProviderError | None:
        """The first error that made the field at ``path`` null: of it, or of a field above it."""
        return next((one.error for one in self.errors if path[: len(one.path)] == one.path), None)

    def about(self, *path: str | int) -> ProviderError | None:
        """The first error of the field at ``path``, of one above it, or of one below it."""
        return next((one.error for one in self.errors if _meet(one.path, path)), None)

    def only_below(self, *paths: Path) -> None:
        """Raises the first error that is about something else than what is below ``paths``."""
        for one in self.errors:
            if not any(_is_below(one.path, path) for path in paths):
                raise one.error

    def part(self, *path: str | int) -> Reading | None:
        """The object at ``path``; None: there is none, or this account may not see it.

        Raises ProviderError for any other reason why it is null, and MalformedResponseError if it
        is not in the answer.
        """
        error = self.above(*path)
        if error is not None and error.code is Code.NOT_FOUND:
            return None
        value: Any = self.data
        for depth, name in enumerate(path, start=1):
            if not isinstance(value, dict) or name not in value:
                raise MalformedResponseError(f"The answer has no {path[0]!r}.")
            value = value[name]
            if value is None:
                error = error or self.about(*path[:depth])
                break
        if error is not None:
            raise error
        return None if value is None else Reading(value)

    def objects(self, page: Reading, *path: str | int) -> Iterator[Reading | ProviderError]:
        """The objects of ``nodes`` of the page at ``path``, in order: each with the errors of its
        fields as its problem, or why there is none.
        """
        for at, node in enumerate(nodes_of(page)):
            place = (*path, "nodes", at)
            if not isinstance(node, dict):
                yield self.about(*place) or ProviderError(Code.PROVIDER_ERROR, LEFT_OUT)
                continue
            one = Reading(node)
            for problem in self.problems_below(*place):
                one.add(problem)
            yield one

    def problems_below(self, *path: str | int) -> list[str]:
        """Why fields of the object at ``path`` are null."""
        return [one.error.message for one in self.errors if _is_below(one.path, path)]


def nodes_of(page: Reading) -> list[Any]:
    """Raises MalformedResponseError for a page without a list."""
    if page.is_null("nodes"):
        raise MalformedResponseError("A page of the answer has no list of objects.")
    return page.items("nodes")


def _is_below(path: Path, above: Path) -> bool:
    return len(path) >= len(above) and path[: len(above)] == above


def _meet(one: Path, other: Path) -> bool:
    return _is_below(one, other) or _is_below(other, one)
