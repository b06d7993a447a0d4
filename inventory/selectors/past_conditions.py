"""Conditions of rows of the past: see ``inventory/selectors/conditions.py``."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q, QuerySet

from inventory.models import Source
from inventory.resources import Resource
from inventory.resources.base import How
from inventory.resources.groups import tag_filter
from inventory.selectors.conditions import conditions
from inventory.selectors.past_table import are_as_now, without_terms


def past_conditions(
    resource: Resource, rows: QuerySet[Any], limits: Mapping[str, Any], sources: Sequence[Source]
) -> Iterator[Q]:
    """``rows``: of the past. The tables of terms, with their indexes, have those that are still as
    they were; tags and addresses of others are looked for in the rows.
    """
    found = {name: value for name, value in limits.items() if _has_terms(resource, name, value)}
    rest = {name: value for name, value in limits.items() if name not in found}
    yield from conditions(resource, rest, sources)
    now = [*conditions(resource, found, sources)]
    if now:
        then = conditions(without_terms(resource), found, sources)
        as_now = are_as_now(rows)
        yield as_now & reduce(and_, now) | ~as_now & reduce(and_, then)


def _has_terms(resource: Resource, name: str, value: Any) -> bool:
    one = resource.filters[name]
    if one.how is How.NOT:
        return any(_has_terms(resource, part, each) for part, each in (value or {}).items())
    pairs = tag_filter(resource)
    if one.how is How.KEYS and pairs is not None:
        one = pairs[1]
    return one.terms is not None
