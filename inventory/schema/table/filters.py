"""The filter input of a resource, and what a filter that was given limits.

How a filter compares decides the type of its input and how its value is read (``KINDS``); what it
finds is in ``inventory/selectors/conditions.py``.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import graphene
from graphene.utils.str_converters import to_camel_case

from gateway.core.errors import InvalidInput, NotFound
from gateway.core.ids import local_id, shown
from gateway.core.ranges import check_range
from gateway.core.times import in_utc
from inventory.providers import all_kinds
from inventory.resources import Resource
from inventory.resources.base import Filter, How
from inventory.schema.live_plans import PlanRequest
from inventory.schema.named import catalog_ids_named, check_cloud_ids, provider_ids_named
from inventory.schema.table.types import state_enum
from inventory.schema.table.values import (
    TagFilter,
    checked_addresses,
    checked_price,
    checked_search,
    tag_keys,
    tag_pairs,
)
from inventory.selectors.sources import SourceFilter, excluded_by, regions_unknown

# Of the two limits of a column: the upper one of each lower one.
_UPPER = {
    How.SINCE: How.BEFORE,
    How.SEEN_SINCE: How.SEEN_BEFORE,
    How.AT_LEAST: How.AT_MOST,
}
TIMES = (How.SINCE, How.BEFORE, How.SEEN_SINCE, How.SEEN_BEFORE)
Read = Callable[[Any, Filter, str], Any]


class Kind(NamedTuple):
    """``item``: the type of a value, or of each of several. ``read``: (value, filter, its place)
    → what ``conditions`` takes; None: it says nothing of rows. It raises InvalidInput.
    """

    item: Callable[[Resource], Any]
    several: bool
    read: Read | None


def _of(scalar: Any) -> Callable[[Resource], Any]:
    return lambda _resource: scalar


def _checked(check: Callable[..., Any]) -> Read:
    """``check``: (value, its place) → what ``conditions`` takes; it raises InvalidInput."""
    return lambda value, _filter, field: check(value, field=field)


def _as_it_is(value: Any, _filter: Filter, _field: str) -> Any:
    return value


@cache
def _excluding_input(resource: Resource) -> Any:
    """The input of ``not``: the same fields except ``not`` itself, so a filter is never deep."""
    attributes = {
        name: _field(resource, replace(one, description=_EXCLUDED.get(one.how, one.description)))
        for name, one in _without_not(resource).items()
    }
    doc = f"The {resource.nouns[1]} to exclude: those that match all conditions."
    name = f"{resource.type_name}ExcludingFilter"
    return type(name, (graphene.InputObjectType,), {"__doc__": doc, **attributes})


# Elsewhere these say which sources are asked.
_EXCLUDED: Mapping[How, str] = {
    How.PROVIDERS: "Ids of providers.",
    How.KINDS: "Kinds of providers, for example aws.",
    How.REGIONS: "Regions.",
}
KINDS: Mapping[How, Kind] = {
    How.PROVIDERS: Kind(_of(graphene.ID), several=True, read=None),
    How.KINDS: Kind(_of(graphene.String), several=True, read=None),
    How.REGIONS: Kind(_of(graphene.String), several=True, read=None),
    How.STATES: Kind(
        state_enum, several=True, read=lambda value, *_: [state.value for state in value]
    ),
    How.ANY: Kind(_of(graphene.String), several=True, read=_as_it_is),
    How.IS: Kind(_of(graphene.Boolean), several=False, read=_as_it_is),
    How.CONTAINS: Kind(_of(graphene.String), several=False, read=_as_it_is),
    How.WORDS: Kind(_of(graphene.String), several=False, read=_checked(checked_search)),
    How.PAIRS: Kind(_of(TagFilter), several=True, read=_checked(tag_pairs)),
    How.ADDRESSES: Kind(_of(graphene.String), several=True, read=_checked(checked_addresses)),
    How.ENTRIES: Kind(
        _of(graphene.String),
        several=True,
        read=lambda value, one, field: catalog_ids_named(value, of=one.of, field=field),
    ),
    How.KEYS: Kind(_of(graphene.String), several=True, read=_checked(tag_keys)),
    **dict.fromkeys(
        (How.WITHOUT, How.STALE), Kind(_of(graphene.Boolean), several=False, read=_as_it_is)
    ),
    **dict.fromkeys(
        (How.AT_LEAST, How.AT_MOST),
        Kind(_of(graphene.Float), several=False, read=_checked(checked_price)),
    ),
    How.NOT: Kind(_excluding_input, several=False, read=None),
    **dict.fromkeys(TIMES, Kind(_of(graphene.DateTime), several=False, read=_checked(in_utc))),
}


@cache
def filter_input(resource: Resource) -> Any:
    attributes = {name: _field(resource, one) for name, one in resource.filters.items()}
    return type(
        f"{resource.type_name}Filter",
        (graphene.InputObjectType,),
        {"__doc__": filter_description(resource), **attributes},
    )


def _without_not(resource: Resource) -> dict[str, Filter]:
    return {name: one for name, one in resource.filters.items() if one.how is not How.NOT}


def filter_description(resource: Resource) -> str:
    if resource.filter_description:
        return resource.filter_description
    pairs = [name for name, one in resource.filters.items() if one.how is How.PAIRS]
    matched = "A field with several values matches if one of the values does"
    ending = f"; {pairs[0]} must all match." if pairs else "."
    return f"A filter of {resource.nouns[1]}; all conditions must match. {matched}{ending}"


def _field(resource: Resource, one: Filter) -> Any:
    kind = KINDS[one.how]
    item = kind.item(resource)
    if kind.several:
        return graphene.List(graphene.NonNull(item), description=one.description)
    return graphene.InputField(item, description=one.description)


def _place(name: str, around: str = "filter") -> str:
    return f"{around}.{to_camel_case(name)}"


def limits_of(resource: Resource, given: Mapping[str, Any]) -> dict[str, Any]:
    """The filter's conditions on the rows themselves; ``source_limits`` has the rest.

    Raises InvalidInput.
    """
    found: dict[str, Any] = {}
    for name, one in resource.filters.items():
        read, value = KINDS[one.how].read, given.get(name)
        if value is None:
            continue
        if one.how is How.NOT:
            found |= _excluded(resource, name, value)
        elif read is not None:
            found[name] = read(value, one, _place(name))
    _check_ranges(resource, found, "filter")
    return found


def _check_ranges(resource: Resource, found: Mapping[str, Any], around: str) -> None:
    """Raises InvalidInput for two limits of a column that no value can be between."""
    for name, one in resource.filters.items():
        for other_name, other in resource.filters.items():
            if other.how is _UPPER.get(one.how) and other.column == one.column:
                fields = (_place(name, around), _place(other_name, around))
                check_range(found.get(name), found.get(other_name), fields=fields)


def _excluded(resource: Resource, around: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The conditions that rows must not match, those on their sources included. Empty: none."""
    found: dict[str, Any] = {}
    for name, one in _without_not(resource).items():
        value, place = given.get(name), _place(name, _place(around))
        if value is None:
            continue
        if one.how is How.PROVIDERS:
            found[name] = [local_id(each, of="Provider", field=place) for each in value]
        else:
            read = KINDS[one.how].read or _as_it_is
            found[name] = read(value, one, place)
    _check_ranges(resource, found, _place(around))
    return {around: found} if found else {}


def source_limits(resource: Resource, request: PlanRequest, *, past: bool = False) -> SourceFilter:
    """The limits on the sources, from the filter and from the fields around this one. ``past``: the
    filter may name disconnected providers.

    Raises InvalidInput, also for the filter's other conditions, so that no cloud is asked for a
    list that cannot be; and NotFound for a provider that the user may not see.
    """
    given = request.arguments.get("filter") or {}
    limits_of(resource, given)
    limits: dict[How, Any] = {}
    excluded = None
    for name, one in resource.filters.items():
        value = given.get(name)
        if value is None:
            continue
        limits[one.how] = value
        if check := _CHECKS.get(one.how):
            check(request.user, value, one, _place(name))
        if one.how is How.NOT:
            _check_excluded(resource, request.user, name, value, past=past)
            excluded = excluded_by(resource, _excluded(resource, name, value))
    return SourceFilter(
        _providers(request, limits.get(How.PROVIDERS), past=past),
        limits.get(How.KINDS),
        limits.get(How.REGIONS),
        excluded,
    )


def _check_excluded(
    resource: Resource, user: Any, around: str, given: Mapping[str, Any], *, past: bool
) -> None:
    """Raises as ``source_limits`` does for the filter itself."""
    for name, one in _without_not(resource).items():
        value, place = given.get(name), _place(name, _place(around))
        if value is None:
            continue
        if check := _CHECKS.get(one.how):
            check(user, value, one, place)
        if one.how is How.PROVIDERS:
            provider_ids_named(user, value, field=place, past=past)
        if one.how is How.REGIONS and not past:
            _check_regions(user, value, place)


def _check_regions(user: Any, regions: list[str], field: str) -> None:
    """To exclude a region that there is not would exclude nothing."""
    if unknown := regions_unknown(user=user, regions=regions):
        raise NotFound(f"No provider has the region {shown(unknown[0])}.", field=field)


def _providers(request: PlanRequest, values: Any, *, past: bool) -> Any:
    around = request.inherited.providers
    if values is None:
        return around
    named = provider_ids_named(request.user, values, field="filter.provider", past=past)
    return named if around is None else [pk for pk in named if pk in around]


def _check_kinds(_user: Any, kinds: list[str], _filter: Filter, field: str) -> None:
    known = [kind.slug for kind in all_kinds()]
    for slug in kinds:
        if slug not in known:
            message = f"There is no kind {slug!r}. Kinds: {', '.join(known)}."
            raise InvalidInput(message, field=field)


def _check_entries(user: Any, values: list[str], one: Filter, field: str) -> None:
    check_cloud_ids(user, values, of=one.of, field=field)


_CHECKS: Mapping[How, Callable[[Any, Any, Filter, str], None]] = {
    How.KINDS: _check_kinds,
    How.ENTRIES: _check_entries,
}
