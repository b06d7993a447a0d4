"""The sources that a live field needs, and how old their rows may be: planned before any is asked.

A live field registers a planner. One walk over the operation calls the planner of every live field
that execution will meet.

Live fields under ``node``, ``job`` and ``jobs`` ask a cloud only if they name ``maxAge``. Payloads
of mutations and events of subscriptions never ask one: the fetch comes before the mutation.
"""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings

from gateway.core.errors import ExpectedError, InvalidInput
from gateway.core.graphql.collect import Operation, Place, SelectedField, walk
from gateway.core.ids import split_id
from inventory.access import is_public_id
from inventory.live.api import Ask, SingleRead
from inventory.models import Source
from inventory.selectors.ids import parse_cloud_id
from inventory.selectors.past_sources import Past
from inventory.selectors.sources import EVERY_SOURCE, SourceFilter, SourceLists

STORED_ONLY_ROOTS = frozenset({("Query", "node"), ("Query", "job"), ("Query", "jobs")})
# Root fields whose ``id`` says which provider everything below them is about.
NAMED_BY_ID = frozenset({("Query", "node"), ("Query", "provider")})

# A field of a type, in GraphQL's spelling.
Coordinate = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Inherited:
    """The limits that a live field inherits from the fields around it.

    ``providers``: public ids that it can be about; None: any. ``stored_only``: ask no cloud unless
    the field names ``maxAge``; ``never_ask``: not even then.
    ``selected``: where the nearest live field around it notes the fields that are selected below.
    ``around``: the plan of that field; None: there is none.
    """

    providers: Collection[str] | None = None
    stored_only: bool = False
    never_ask: bool = False
    selected: set[Coordinate] | None = None
    around: "ReadPlan | None" = None

    @property
    def max_age(self) -> float | None:
        """How old the rows around it may be; None: no cloud is asked for them."""
        if self.around is None:
            return None
        return self.around.max_age if self.around.one is None else self.around.one.max_age


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """A live field as a planner sees it. ``lists``: shared by the fields of an operation."""

    user: Any
    arguments: dict[str, Any]
    inherited: Inherited = field(default_factory=Inherited)
    lists: SourceLists = field(default_factory=SourceLists)


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """The needs of a live field. ``max_age`` in seconds; None: only the stored rows.

    ``requested_age``: the ``maxAge`` that the field names, whether or not a cloud is asked.
    ``one``: the machine or container it is about, instead of whole sources.
    ``image_search``: the text that the sources are searched for, instead of listing their images.
    ``in_extensions``: the field has no place for receipts, so they go into ``extensions``.
    ``error``: the field's arguments make no sense; its resolver says so.
    ``selected``: every field that is asked below it; None: not known, so all may be.
    ``regions``: those that the field names; see ``age_limit`` in ``inventory.live.age``.
    ``past``: it is about an earlier moment, and asks no cloud. ``before``: the other moment of a
    difference.
    ``list_sources``: lists the sources again, when a set of regions among them has changed.
    """

    sources: list[Source] = field(default_factory=list)
    list_sources: Callable[[SourceLists], list[Source]] | None = None
    regions: frozenset[str] = frozenset()
    max_age: float | None = None
    requested_age: float | None = None
    one: SingleRead | None = None
    image_search: str | None = None
    providers: Collection[str] | None = None
    in_extensions: bool = False
    error: ExpectedError | None = None
    selected: set[Coordinate] | None = None
    past: Past | None = None
    before: Past | None = None

    @property
    def moment(self) -> datetime | None:
        """The time that it is about; None: now."""
        return None if self.past is None else self.past.moment

    def ask_of(self, source: Source) -> Ask:
        """The field's request to a source. Without ``max_age`` it accepts rows of any age."""
        max_age = math.inf if self.max_age is None else self.max_age
        return Ask(source, max_age, self.regions)


def plan_of_sources(
    request: PlanRequest,
    resource: str | Collection[str],
    limits: SourceFilter = EVERY_SOURCE,
    **options: Any,
) -> ReadPlan:
    """A plan over the sources of ``resource`` that the user may ask.

    ``options``: other fields of the plan.
    """

    def list_sources(lists: SourceLists) -> list[Source]:
        return lists.get(user=request.user, resource=resource, limits=limits)

    return ReadPlan(
        sources=list_sources(request.lists),
        list_sources=list_sources,
        regions=frozenset(limits.regions or ()),
        **options,
    )


Planner = Callable[[PlanRequest], ReadPlan]
_planners: dict[Coordinate, Planner] = {}


def live_field(type_name: str, field_name: str) -> Callable[[Planner], Planner]:
    """Register the planner of ``type_name.field_name`` (GraphQL's spelling)."""

    def register(planner: Planner) -> Planner:
        _planners[type_name, field_name] = planner
        return planner

    return register


_before: set[Coordinate] = set()


def shown_before(type_name: str, field_name: str) -> None:
    """Below ``type_name.field_name``, rows are of the plan's earlier moment (``before``)."""
    _before.add((type_name, field_name))


def live_fields() -> list[Coordinate]:
    """Every field whose answer comes from clouds."""
    return list(_planners)


def plans_of(operation: Operation, user: Any) -> dict[Place, ReadPlan]:
    """The plan of each live field of an operation, by its place. No cloud is asked."""
    visitor = _PlanningVisitor(operation, user)
    walk(operation, visitor)
    return visitor.plans


def plan_of_field(place_type: str, field_name: str, request: PlanRequest) -> ReadPlan:
    """The plan of a single live field."""
    return _planned(_planners[place_type, field_name], request)


def chosen_max_age(request: PlanRequest, *, default: float | None = None) -> float | None:
    """How old rows may be in seconds; None: ask no cloud. Raises InvalidInput.

    A field that names ``maxAge`` asks for it, except where no cloud may be asked. Without it, a
    page after the first shows the stored rows, so that the list holds still, and so does a field
    under a root field that shows stored objects.
    """
    max_age = request.arguments.get("max_age")
    if max_age is not None and max_age < 0:
        message = f"maxAge is in seconds, 0 or more; it cannot be {max_age}."
        raise InvalidInput(message, field="maxAge")
    if request.inherited.never_ask:
        return None
    if max_age is not None:
        return float(max_age)
    is_later_page = request.arguments.get("after") or request.arguments.get("before")
    if request.inherited.stored_only or is_later_page:
        return None
    return settings.LIVE_MAX_AGE if default is None else default


class _PlanningVisitor:
    """Calls the planners during the walk. ``plans``: of the live fields that it has met."""

    def __init__(self, operation: Operation, user: Any) -> None:
        self.plans: dict[Place, ReadPlan] = {}
        self._lists = SourceLists()
        self._never_ask = operation.kind != "query"
        self._user = user

    def visit(self, field: SelectedField, inherited: Inherited | None) -> Inherited:
        if inherited is None:
            inherited = Inherited(stored_only=self._never_ask, never_ask=self._never_ask)
        if inherited.selected is not None:
            inherited.selected.add(field.coordinate)
        if field.coordinate in STORED_ONLY_ROOTS:
            inherited = replace(inherited, stored_only=True)
        if field.coordinate in NAMED_BY_ID:
            inherited = replace(inherited, providers=_providers_of(field))
        if field.coordinate in _before and inherited.around is not None:
            inherited = replace(inherited, around=ReadPlan(past=inherited.around.before))
        planner = _planners.get(field.coordinate)
        if planner is None:
            return inherited
        selected: set[Coordinate] = set()
        plan = replace(self._plan(planner, field, inherited), selected=selected)
        self.plans[field.place] = plan
        providers = inherited.providers if plan.providers is None else plan.providers
        inherited = replace(inherited, providers=providers, selected=selected, around=plan)
        if plan.past is not None:  # present rows below it are the stored ones
            inherited = replace(inherited, stored_only=True, never_ask=True)
        return inherited

    def _plan(self, planner: Planner, field: SelectedField, inherited: Inherited) -> ReadPlan:
        if field.argument_error is not None:
            return _nothing(InvalidInput(field.argument_error.message))
        return _planned(planner, PlanRequest(self._user, field.arguments, inherited, self._lists))


def _providers_of(field: SelectedField) -> Collection[str] | None:
    """The provider that the object with the field's ``id`` belongs to; None: not known."""
    type_name, local = split_id(field.arguments.get("id") or "") or ("", "")
    if type_name == "Provider":
        return [local] if is_public_id(local) else []
    if field.coordinate == ("Query", "provider"):
        return []  # its resolver refuses the id of another type
    cloud_id = parse_cloud_id(local)
    return [cloud_id.provider] if cloud_id else None


def _planned(planner: Planner, request: PlanRequest) -> ReadPlan:
    """The planner's plan; senseless arguments become the plan's error."""
    try:
        return replace(planner(request), requested_age=request.arguments.get("max_age"))
    except ExpectedError as error:
        return _nothing(error)


def _nothing(error: ExpectedError) -> ReadPlan:
    """The plan of a field that will fail: nothing below it will be resolved."""
    return ReadPlan(providers=[], error=error)
