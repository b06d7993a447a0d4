"""Fetch, then execute: which sources an operation needs, asked before the first resolver runs.

A live field registers a planner. Before execution one walk over the operation calls the planner
of every live field it will meet; the union of their sources is refreshed once, the smallest
``maxAge`` winning; then resolvers read stored rows and their receipts.

Live fields under ``node``, ``job`` and ``jobs`` ask a cloud only if they name ``maxAge``. Payloads
of mutations and events of subscriptions never ask one: the fetch comes before the mutation.
"""

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone

from gateway.core.errors import ExpectedError, InvalidInput
from gateway.core.graphql.collect import Operation, Place, SelectedField, place_of, walk
from gateway.core.graphql.completeness import note_sources
from gateway.core.graphql.context import Context
from gateway.core.ids import split_id
from inventory.access import is_public_id
from inventory.live.api import (
    SEARCH_UNASKED,
    Ask,
    ImageSearch,
    Receipt,
    SingleAnswer,
    SingleRead,
    SourcesChange,
    all_complete,
    finish_reads,
    known_regions_only,
    receipt_of_gone,
    receipt_of_unanswered,
    receipt_of_unasked,
    refresh,
    search_images,
    start_reads,
    worse,
)
from inventory.models import Source
from inventory.schema.extensions import receipt_map
from inventory.schema.simulated import charge_simulated
from inventory.selectors.ids import parse_cloud_id
from inventory.selectors.sources import EVERY_SOURCE, SourceFilter, source_list, sources_left

STORED_ONLY_ROOTS = frozenset({("Query", "node"), ("Query", "job"), ("Query", "jobs")})
# Root fields whose ``id`` says which provider everything below them is about.
NAMED_BY_ID = frozenset({("Query", "node"), ("Query", "provider")})

# A field of a type, in GraphQL's spelling.
Coordinate = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """What the fields around a live field say about it.

    ``providers``: public ids that it can be about; None: any. ``stored_only``: ask no cloud unless
    the field names ``maxAge``; ``never_ask``: not even then.
    ``selected``: where the nearest live field around it notes what is selected below.
    """

    providers: Collection[str] | None = None
    stored_only: bool = False
    never_ask: bool = False
    selected: set[Coordinate] | None = None


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """A live field as a planner sees it."""

    user: Any
    arguments: dict[str, Any]
    scope: Scope


@dataclass(frozen=True, slots=True)
class Plan:
    """What a live field needs. ``max_age`` in seconds; None: only what is stored.

    ``requested_age``: the ``maxAge`` that the field names, whether or not a cloud is asked.
    ``one``: the machine or container it is about, instead of whole sources.
    ``image_search``: what the sources are to look for, instead of listing their images.
    ``in_extensions``: the field has no place for receipts, so they go into ``extensions``.
    ``error``: the field's arguments make no sense; its resolver says so.
    ``selected``: every field that is asked below it; None: not known, so all may be.
    ``regions``: those that the field names; see ``age_limit`` in ``inventory.live.receipts``.
    ``list_sources``: lists the sources again, when a set of regions among them has changed.
    """

    sources: list[Source] = field(default_factory=list)
    list_sources: Callable[[], list[Source]] | None = None
    regions: frozenset[str] = frozenset()
    max_age: float | None = None
    requested_age: float | None = None
    one: SingleRead | None = None
    image_search: str | None = None
    providers: Collection[str] | None = None
    in_extensions: bool = False
    error: ExpectedError | None = None
    selected: set[Coordinate] | None = None

    def ask_of(self, source: Source) -> Ask:
        """What the field asks of a source. Without ``max_age`` it accepts rows of any age."""
        max_age = math.inf if self.max_age is None else self.max_age
        return Ask(source, max_age, self.regions)


def plan_of_sources(
    request: PlanRequest,
    resource: str | Collection[str],
    limits: SourceFilter = EVERY_SOURCE,
    **options: Any,
) -> Plan:
    """A plan over the sources of ``resource`` that the user may ask; ``options`` are Plan's own."""
    list_sources = partial(source_list, user=request.user, resource=resource, limits=limits)
    regions = frozenset(limits.regions or ())
    return Plan(sources=list_sources(), list_sources=list_sources, regions=regions, **options)


Planner = Callable[[PlanRequest], Plan]
_planners: dict[Coordinate, Planner] = {}


def live_field(type_name: str, field_name: str) -> Callable[[Planner], Planner]:
    """Register the planner of ``type_name.field_name`` (GraphQL's spelling)."""

    def register(planner: Planner) -> Planner:
        _planners[type_name, field_name] = planner
        return planner

    return register


def live_fields() -> list[Coordinate]:
    """Every field whose answer comes from clouds."""
    return list(_planners)


class LiveAnswers:
    """What one operation planned and got: ``context.of(LiveAnswers)``."""

    def __init__(self) -> None:
        self.plans: dict[Place, Plan] = {}
        self.receipts: dict[int, Receipt] = {}
        self.gone: dict[int, Receipt] = {}  # of sources that were deleted meanwhile
        self.ones: dict[str, SingleAnswer] = {}
        self.image_searches: dict[str, dict[int, ImageSearch]] = {}
        self.noted: dict[int | str, Receipt] = {}
        self.now = timezone.now()
        self.misses = 0  # live fields that the walk did not meet; tests want none

    def fetch(self, plans: Iterable[Plan]) -> None:
        """Ask for everything at once; what an earlier call fetched is not asked again."""
        plans = [plan for plan in plans if plan.error is None]
        reads = start_reads(plan.one for plan in plans if plan.one is not None)
        asks = self.asks(plans)
        received = refresh(asks, follow=partial(self._follow, plans))
        self.receipts |= received
        self.ones |= finish_reads(reads)
        searches = _image_searches(plans)  # in new regions too
        for search, sources in searches.items():
            found = search_images(list(sources.values()), search)
            self.image_searches.setdefault(search, {}).update(found)
        if reads or searches or _has_waited(asks, received):
            self._note_gone(plans)

    def asks(self, plans: Iterable[Plan]) -> list[Ask]:
        """What the plans ask of each source, without what an earlier call fetched."""
        asks: dict[int, Ask] = {}
        for plan in plans:
            if plan.max_age is None:
                continue
            for source in plan.sources:
                if plan.image_search is not None and not source.is_region_set:
                    continue
                if source.pk not in self.receipts:
                    ask = plan.ask_of(source)
                    known = asks.get(source.pk, ask)
                    asks[source.pk] = ask.merged(known)
        return list(asks.values())

    def _note_gone(self, plans: Iterable[Plan]) -> None:
        """An answer without the rows of a source that was deleted meanwhile is not complete."""
        sources = {source.pk: source for plan in plans for source in plan.sources}
        for pk in sources.keys() - sources_left(sources.values()):
            self.gone[pk] = receipt_of_gone(sources[pk])

    def _follow(self, plans: Iterable[Plan], region_set: Source) -> SourcesChange:
        """The sources that a new list of regions adds to the plans, and those that it removes."""
        changed = [
            plan
            for plan in plans
            if plan.list_sources and any(source.pk == region_set.pk for source in plan.sources)
        ]
        gone: set[int] = set()
        for plan in changed:
            gone |= _list_again(plan)
        return SourcesChange(self.asks(changed), frozenset(gone))

    def receipts_of(self, plan: Plan) -> list[Receipt]:
        """As ``known_receipts_of``; raises NotFound for a region of the field that nobody has."""
        receipts = self.known_receipts_of(plan)
        known_regions_only(receipts, plan.regions)
        return receipts

    def known_receipts_of(self, plan: Plan) -> list[Receipt]:
        """One receipt for each of the plan's sources; raises the plan's error."""
        if plan.error is not None:
            raise plan.error
        return [self._receipt(plan, source) for source in plan.sources]

    def _receipt(self, plan: Plan, source: Source) -> Receipt:
        if source.pk in self.gone:
            return self.gone[source.pk]
        if plan.image_search is not None and not source.is_region_set:
            found = self.image_searches.get(plan.image_search, {}).get(source.pk)
            return found.receipt if found else receipt_of_unanswered(source, SEARCH_UNASKED)
        if source.pk in self.receipts:
            return self.receipts[source.pk]
        return receipt_of_unasked(
            source, max_age=plan.requested_age, now=self.now, regions=plan.regions
        )


def _has_waited(asks: Iterable[Ask], receipts: dict[int, Receipt]) -> bool:
    """Whether clouds were waited for: then a receipt is of another copy of its source."""
    return any(
        ask.source.pk not in receipts or receipts[ask.source.pk].source is not ask.source
        for ask in asks
    )


def _image_searches(plans: Iterable[Plan]) -> dict[str, dict[int, Source]]:
    """What is searched for, and at which sources: once each, however many fields ask for it."""
    searches: dict[str, dict[int, Source]] = {}
    for plan in plans:
        if plan.image_search is not None and plan.max_age is not None:
            images = {source.pk: source for source in plan.sources if not source.is_region_set}
            searches.setdefault(plan.image_search, {}).update(images)
    return searches


def _list_again(plan: Plan) -> set[int]:
    """List the plan's sources anew; the primary keys of those that are no more."""
    known = {source.pk: source for source in plan.sources}
    listed = plan.list_sources() if plan.list_sources else plan.sources
    for source in listed:
        if source.pk in known:
            known[source.pk].provider.regions = source.provider.regions
    plan.sources[:] = [known.get(source.pk, source) for source in listed]
    return known.keys() - {source.pk for source in listed}


class _PlanningVisitor:
    """Calls the planners during the walk."""

    def __init__(self, operation: Operation, context: Context, answers: LiveAnswers) -> None:
        self._never_ask = operation.kind != "query"
        self._context = context
        self._answers = answers

    def visit(self, field: SelectedField, inherited: Scope | None) -> Scope:
        scope = inherited or Scope(stored_only=self._never_ask, never_ask=self._never_ask)
        if scope.selected is not None:
            scope.selected.add(field.coordinate)
        if field.coordinate in STORED_ONLY_ROOTS:
            scope = replace(scope, stored_only=True)
        if field.coordinate in NAMED_BY_ID:
            scope = replace(scope, providers=_providers_of(field))
        planner = _planners.get(field.coordinate)
        if planner is None:
            return scope
        selected: set[Coordinate] = set()
        plan = planned(planner, PlanRequest(self._context.user, field.arguments, scope))
        self._answers.plans[field.place] = replace(plan, selected=selected)
        providers = scope.providers if plan.providers is None else plan.providers
        return replace(scope, providers=providers, selected=selected)


def _providers_of(field: SelectedField) -> Collection[str] | None:
    """The provider that the object with the field's ``id`` belongs to; None: not known."""
    type_name, local = split_id(field.arguments.get("id") or "") or ("", "")
    if type_name == "Provider":
        return [local] if is_public_id(local) else []
    if field.coordinate == ("Query", "provider"):
        return []  # its resolver refuses the id of another type
    cloud_id = parse_cloud_id(local)
    return [cloud_id.provider] if cloud_id else None


def planned(planner: Planner, request: PlanRequest) -> Plan:
    """The planner's plan; senseless arguments become the plan's error."""
    try:
        return replace(planner(request), requested_age=request.arguments.get("max_age"))
    except ExpectedError as error:
        return Plan(providers=[], error=error)  # nothing below it will be resolved


def prepare_live_fields(operation: Operation, context: Context) -> None:
    """A Preparer: plan, fetch, and note what has no receipt of its own."""
    if not context.user.is_authenticated:
        return
    answers = context.of(LiveAnswers)
    walk(operation, _PlanningVisitor(operation, context, answers))
    if answers.plans:
        charge_simulated(answers.asks(answers.plans.values()), context)
        answers.fetch(answers.plans.values())
        note_in_extensions(context, answers)


def plans_of(operation: Operation, context: Context) -> dict[Place, Plan]:
    """What an operation would need, by the places of its live fields; nothing is asked."""
    answers = LiveAnswers()
    walk(operation, _PlanningVisitor(operation, context, answers))
    return answers.plans


def note_in_extensions(context: Context, answers: LiveAnswers) -> None:
    """The receipts of fields at the root that have no place for them in the answer."""
    for place, plan in answers.plans.items():
        if plan.in_extensions and plan.error is None and len(place) == 1:
            note_receipts(context, answers.known_receipts_of(plan))
            if plan.one is not None:
                note_receipts(context, [answers.ones[plan.one.key].receipt], about=plan.one.key)


def note_receipts(context: Context, receipts: Iterable[Receipt], *, about: str = "") -> None:
    """Add to ``extensions.sources`` and ``extensions.complete``; of a source the worst one counts.

    A nested field calls it for the providers that it is resolved for, and for no others.
    ``about``: the single object that they are about.
    """
    noted = context.of(LiveAnswers).noted
    for receipt in receipts:
        key = about or receipt.source.pk
        noted[key] = worse(receipt, noted.get(key))
    if noted:
        note_sources(context, all_complete(noted.values()))
        context.extensions["sources"] = [receipt_map(receipt) for receipt in noted.values()]


def answered(info: Any, arguments: dict[str, Any]) -> tuple[LiveAnswers, Plan]:
    """A resolver's plan and the answers. One that the walk did not meet is fetched here."""
    context: Context = info.context
    answers = context.of(LiveAnswers)
    place = place_of(info.path)
    if place not in answers.plans:
        answers.misses += 1
        planner = _planners[info.parent_type.name, info.field_name]
        plan = planned(planner, PlanRequest(context.user, arguments, Scope()))
        answers.plans[place] = plan
        answers.fetch([plan])
    return answers, answers.plans[place]


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
    if request.scope.never_ask:
        return None
    if max_age is not None:
        return float(max_age)
    is_later_page = request.arguments.get("after") or request.arguments.get("before")
    if request.scope.stored_only or is_later_page:
        return None
    return settings.LIVE_MAX_AGE if default is None else default
