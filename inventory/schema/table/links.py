"""Links between resources: a volume's machine, and the volumes of a machine.

The sources of the linked rows are read with those of the rows around them, and as young: null, or
an empty list, is the answer only where it is known that there is none. All rows of a page are
looked up at once. The receipts are in ``extensions.sources``; a list that has more than it shows is
in ``extensions.cuts``.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from graphene.utils.str_converters import to_camel_case

from gateway.core.graphql.completeness import note_cut
from inventory.live.api import resources_of
from inventory.models import Source
from inventory.resources import Resource, resource_named, resource_of_type
from inventory.schema.live_answers import answered, note_receipts
from inventory.schema.live_plans import PlanRequest, ReadPlan
from inventory.schema.table.pages import join_rows
from inventory.selectors.links import (
    MOST_LINKED,
    Place,
    place_of,
    rows_at,
    rows_linking,
    rows_linking_several,
)
from inventory.selectors.past_sources import past_of
from inventory.selectors.sources import SourceFilter, SourceLists

__all__ = [
    "MOST_LINKED",
    "link_planners",
    "link_targets",
    "linked_row",
    "linked_rows",
    "linking_rows",
]

# From the rows of a page to the linked rows, and to what each place of the page shows of them, at
# a time; None: now.
Find = Callable[
    [list[Any], Iterable[Source], datetime | None], tuple[list[Any], Mapping[Place, Any]]
]


def link_planners(resource: Resource) -> dict[tuple[str, str], Any]:
    """The planner of each link of ``resource``, by type and field; and of the way back."""
    return {place: partial(_plan, plural) for place, plural in link_targets(resource).items()}


def link_targets(resource: Resource) -> dict[tuple[str, str], str]:
    """The resource, by its plural, that each link of ``resource`` reads; and each way back."""
    found: dict[tuple[str, str], str] = {}
    for name, fact in resource.facts.items():
        if fact.link is not None:
            target = resource_of_type(fact.type).plural
            found[resource.type_name, to_camel_case(name)] = target
        if fact.back:
            found[fact.type, to_camel_case(fact.back)] = resource.plural
    return found


def _plan(plural: str, resource: Resource, request: PlanRequest) -> ReadPlan:
    """The sources of ``plural`` at the providers that list ``resource``, which has the link."""
    limits = SourceFilter(request.inherited.providers)
    around = request.inherited.around
    if around is not None and around.moment is not None:
        target = resource_named(plural)
        past = past_of(
            target,
            user=request.user,
            limits=limits,
            moment=around.moment,
            lists=request.lists,
        )
        return ReadPlan(past=past, in_extensions=True)

    def list_sources(lists: SourceLists) -> list[Source]:
        listed = lists.get(user=request.user, resource=plural, limits=limits)
        return [one for one in listed if resource.plural in resources_of(one.provider.kind)]

    return ReadPlan(
        sources=list_sources(request.lists),
        list_sources=list_sources,
        max_age=request.inherited.max_age,
        in_extensions=True,
    )


def linked_row(resource: Resource, name: str, row: Any, info: Any) -> Any:
    """The row that the link ``name`` of ``row`` leads to; None: there is none."""
    target = resource_of_type(resource.facts[name].type)
    column = resource.link_column(name)
    own = getattr(row, column)
    if own is None:
        return None
    find = partial(rows_at, target, column)
    return _found(row, info, find).get(place_of(row, own))


def linked_rows(resource: Resource, name: str, row: Any, info: Any) -> list[Any]:
    """The rows that the link ``name`` of ``row`` leads to, by name."""
    target = resource_of_type(resource.facts[name].type)
    column = resource.link_column(name)
    own = getattr(row, column)
    if not own:
        return []
    places = _found(row, info, partial(rows_at, target, column))
    every = filter(None, (places.get(place_of(row, one)) for one in own))
    found = sorted(every, key=lambda one: (one.name, one.pk))
    _note_cut(info, len(found), f"{to_camel_case(target.plural)} lists all that there are.")
    return found[:MOST_LINKED]


def linking_rows(resource: Resource, name: str, row: Any, info: Any) -> list[Any]:
    """The rows of ``resource`` whose link ``name`` leads to ``row``, by name."""
    link = resource.facts[name].link
    read = rows_linking_several if link is not None and link.several else rows_linking
    find = partial(read, resource, resource.link_column(name))
    linking = _found(row, info, find).get(place_of(row, row.external_id))
    if linking is None:
        return []
    linked = f"{to_camel_case(resource.plural)} {{ nodes {{ {to_camel_case(name)} {{ id }} }} }}"
    _note_cut(info, linking.number, f"Ask for {linked} to see all of them.")
    found: list[Any] = linking.rows
    return found


def _note_cut(info: Any, number: int, hint: str) -> None:
    if number > MOST_LINKED:
        note_cut(info, number - MOST_LINKED, hint=hint)


def _found(row: Any, info: Any, find: Find) -> Mapping[Place, Any]:
    """The result of ``find`` for all rows that are shown with ``row``: looked up once for them."""
    known: dict[tuple[str, str], Any] = vars(row).setdefault("links", {})
    key = (info.parent_type.name, info.field_name)
    if key not in known:
        rows = vars(row).get("peers") or [row]
        answers, plan = answered(info, {})
        providers = {one.provider_id for one in rows}
        receipts = [one for one in answers.receipts_of(plan) if one.source.provider_id in providers]
        note_receipts(info.context, receipts)
        sources = [receipt.source for receipt in receipts]
        found, known[key] = find(rows, sources, plan.moment)
        join_rows(found, sources, at=plan.moment)
    places: Mapping[Place, Any] = known[key]
    return places
