"""Fetch, then execute: all sources of an operation are asked once, before the first resolver runs.

The union of the sources of its plans is refreshed, the smallest ``maxAge`` winning. Then resolvers
read stored rows, and the receipts of their plans.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils import timezone

from gateway.core.graphql.collect import Operation, Place, place_of
from gateway.core.graphql.completeness import note_sources
from gateway.core.graphql.context import Context
from inventory.live.api import (
    SEARCH_UNASKED,
    Ask,
    ImageSearch,
    Receipt,
    SingleAnswer,
    SourcesChange,
    all_complete,
    finish_reads,
    known_regions_only,
    receipt_of_gone,
    receipt_of_unanswered,
    receipt_of_unasked,
    refresh,
    refreshing,
    search_images,
    start_reads,
    worse,
)
from inventory.models import Source
from inventory.schema.extensions import receipt_map
from inventory.schema.live_plans import PlanRequest, ReadPlan, plan_of_field, plans_of
from inventory.schema.simulated import charge_simulated
from inventory.schema.source_limit import check_sources, limited
from inventory.selectors.sources import SourceLists, sources_left


@dataclass(frozen=True, slots=True)
class Arrival:
    """The answers that a plan's sources have given by a moment.

    ``new``: the receipts that it adds; ``receipts``: all by now. ``waits``: a source has not
    answered yet. ``is_last``: nothing follows.
    """

    new: list[Receipt]
    receipts: list[Receipt]
    waits: bool = False
    is_last: bool = False


class LiveAnswers:
    """The plans and answers of one operation: ``context.of(LiveAnswers)``."""

    def __init__(self) -> None:
        self.plans: dict[Place, ReadPlan] = {}
        self.receipts: dict[int, Receipt] = {}
        self.gone: dict[int, Receipt] = {}  # of sources that were deleted meanwhile
        self.ones: dict[str, SingleAnswer] = {}
        self.image_searches: dict[str, dict[int, ImageSearch]] = {}
        self.noted: dict[int | str, Receipt] = {}
        self.now = timezone.now()
        self.misses = 0  # live fields that the walk did not meet; tests want none

    def fetch(self, plans: Iterable[ReadPlan]) -> None:
        """Ask for everything at once, except for sources that an earlier call fetched."""
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

    def fetching(self, plan: ReadPlan) -> Iterator[Arrival]:
        """Ask for the sources of ``plan``; yields new receipts as they come, each source once.

        The receipts of sets of regions come last: until then they may change. Raises NotFound as
        ``receipts_of``, at the end.
        """
        given: set[int] = set()
        asks = self.asks([plan])
        for received in refreshing(asks, follow=partial(self._follow, [plan])):
            self.receipts = dict(received)
            come = [
                received[one.pk]
                for one in plan.sources
                if one.pk in received and not one.is_region_set
            ]
            new = [receipt for receipt in come if receipt.source.pk not in given]
            given.update(receipt.source.pk for receipt in new)
            waits = any(one.pk not in received for one in plan.sources)
            yield Arrival(new, come, waits=waits)
        self._note_gone([plan])
        receipts = self.receipts_of(plan)
        rest = [one for one in receipts if one.source.pk not in given]
        yield Arrival(rest, receipts, is_last=True)

    def asks(self, plans: Iterable[ReadPlan]) -> list[Ask]:
        """The question of the plans to each source, except those that an earlier call fetched."""
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

    def _note_gone(self, plans: Iterable[ReadPlan]) -> None:
        """An answer without the rows of a source that was deleted meanwhile is not complete."""
        sources = {source.pk: source for plan in plans for source in plan.sources}
        for pk in sources.keys() - sources_left(sources.values()):
            self.gone[pk] = receipt_of_gone(sources[pk])

    def _follow(self, plans: Iterable[ReadPlan], region_set: Source) -> SourcesChange:
        """The sources that a new list of regions adds to the plans, and those that it removes."""
        changed = [
            plan
            for plan in plans
            if plan.list_sources and any(source.pk == region_set.pk for source in plan.sources)
        ]
        gone: set[int] = set()
        lists = SourceLists()
        for plan in changed:
            gone |= _list_again(plan, lists)
        return SourcesChange(self.asks(changed), frozenset(gone))

    def receipts_of(self, plan: ReadPlan) -> list[Receipt]:
        """Like ``known_receipts_of``; raises NotFound for a requested region of no provider."""
        receipts = self.known_receipts_of(plan)
        known_regions_only(receipts, plan.regions)
        return receipts

    def known_receipts_of(self, plan: ReadPlan) -> list[Receipt]:
        """One receipt for each of the plan's sources; raises the plan's error."""
        if plan.error is not None:
            raise plan.error
        if plan.past is not None:
            return list(plan.past.receipts)
        return [self._receipt(plan, source) for source in plan.sources]

    def _receipt(self, plan: ReadPlan, source: Source) -> Receipt:
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
    """True if clouds were waited for: then a receipt is of another copy of its source."""
    return any(
        ask.source.pk not in receipts or receipts[ask.source.pk].source is not ask.source
        for ask in asks
    )


def _image_searches(plans: Iterable[ReadPlan]) -> dict[str, dict[int, Source]]:
    """The searches, and their sources: once each, however many fields ask for it."""
    searches: dict[str, dict[int, Source]] = {}
    for plan in plans:
        if plan.image_search is not None and plan.max_age is not None:
            images = {source.pk: source for source in plan.sources if not source.is_region_set}
            searches.setdefault(plan.image_search, {}).update(images)
    return searches


def _list_again(plan: ReadPlan, lists: SourceLists) -> set[int]:
    """List the plan's sources anew; the primary keys of those whose region is gone.

    The sources of a provider that is not listed any more stay: it was disconnected, or the user
    has lost the access to it, and an answer without them would pass for a complete one.
    """
    known = {source.pk: source for source in plan.sources}
    listed = plan.list_sources(lists) if plan.list_sources else plan.sources
    for source in listed:
        if source.pk in known:
            known[source.pk].provider.regions = source.provider.regions
    providers = {source.provider_id for source in listed}
    lost = [source for source in known.values() if source.provider_id not in providers]
    plan.sources[:] = [*(known.get(source.pk, source) for source in listed), *lost]
    return known.keys() - {source.pk for source in plan.sources}


def prepare_live_fields(operation: Operation, context: Context) -> None:
    """A Preparer: plan, fetch, and note fields that have no receipt of their own."""
    if not context.user.is_authenticated:
        return
    answers = context.of(LiveAnswers)
    answers.plans |= limited(plans_of(operation, context.user))
    if answers.plans:
        charge_simulated(answers.asks(answers.plans.values()), context)
        answers.fetch(answers.plans.values())
        note_in_extensions(context, answers)


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


def answered(info: Any, arguments: dict[str, Any]) -> tuple[LiveAnswers, ReadPlan]:
    """A resolver's plan and the answers. One that the walk did not meet is fetched here."""
    context: Context = info.context
    answers = context.of(LiveAnswers)
    place = place_of(info.path)
    if place not in answers.plans:
        answers.misses += 1
        request = PlanRequest(context.user, arguments)
        plan = plan_of_field(info.parent_type.name, info.field_name, request)
        check_sources([plan])
        answers.plans[place] = plan
        answers.fetch([plan])
    return answers, answers.plans[place]
