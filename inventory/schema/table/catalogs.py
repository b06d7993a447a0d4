"""The list of a catalogue below a provider: all of it, or what a search finds."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import graphene

from gateway.core.errors import ExpectedError
from gateway.core.graphql.completeness import HOW_MANY, first_of
from gateway.core.graphql.paging import MAX_FIRST, checked_first
from inventory import models
from inventory.live.api import NOT_ASKED_YET, RESOURCES, Receipt, SourceStatus
from inventory.resources import Resource
from inventory.schema.live_answers import LiveAnswers, answered, note_receipts
from inventory.schema.live_plans import PlanRequest, ReadPlan, chosen_max_age, plan_of_sources
from inventory.schema.table.pages import join_rows, receipts_within
from inventory.schema.table.types import object_type
from inventory.selectors.catalog import catalog_list
from inventory.selectors.sources import SourceFilter

NARROW = f"Raise first, {MAX_FIRST} at most, name a region, or give a search."


def catalog_field(resource: Resource) -> Any:
    def resolve(provider: Any, info: Any, **arguments: Any) -> list[Any]:
        return _entries(resource, provider, info, arguments)

    return graphene.List(
        graphene.NonNull(object_type(resource)),
        first=graphene.Int(
            default_value=50,
            description=HOW_MANY,
        ),
        search=graphene.String(description="A text that the name contains; case-insensitive."),
        region=graphene.List(
            graphene.NonNull(graphene.String),
            description="The regions; absent: all that are connected.",
        ),
        max_age=graphene.Int(
            description="How old the answer may be, in seconds. 0: ask the cloud now. "
            "When absent, an hour."
        ),
        description=resource.nested_description,
        resolver=resolve,
    )


def plan_catalog(resource: Resource, request: PlanRequest) -> ReadPlan:
    plan = plan_of_sources(
        request,
        resource.plural,
        SourceFilter(
            providers=request.inherited.providers, regions=request.arguments.get("region")
        ),
        max_age=chosen_max_age(request, default=RESOURCES[resource.plural].default_max_age),
        in_extensions=True,
    )
    search = (request.arguments.get("search") or "").strip()
    return replace(plan, image_search=search) if search and resource.searched_live else plan


def _entries(
    resource: Resource, provider: models.Provider, info: Any, arguments: dict[str, Any]
) -> list[Any]:
    """The provider's stored entries. Raises ExpectedError when none of its regions was ever read:
    an empty list would mean that the cloud offers nothing.
    """
    count = checked_first(arguments.get("first"))
    answers, plan = answered(info, arguments)
    receipts = receipts_within(answers, plan, provider_pk=provider.pk)
    note_receipts(info.context, receipts)
    read = [receipt for receipt in receipts if not receipt.source.is_region_set]
    if read and all(receipt.status is SourceStatus.FAILED for receipt in read):
        raise _never_read(read[0])
    sources = [receipt.source for receipt in receipts]
    shown = [one.source for one in receipts if one.status is not SourceStatus.FAILED]
    stored = catalog_list(model=resource.model, sources=shown, search=arguments.get("search"))
    found = _found_by_search(answers, plan, sources)
    entries = _by_name([*found, *stored[: count + 1]])
    if resource.outlives_listings:
        join_rows(entries, sources)

    def total() -> int:
        places = set(stored.values_list("region", "external_id")) if found else ()
        extra = {(entry.region, entry.external_id) for entry in found}.difference(places)
        return len(extra) + (len(places) if found else stored.count())

    return first_of(info, entries, count, total=total, hint=NARROW)


def _never_read(receipt: Receipt) -> ExpectedError:
    error = receipt.error
    code, message = (error.code, error.message) if error else (NOT_ASKED_YET, "")
    if code == NOT_ASKED_YET:
        message = "This catalogue has not been read yet. Name maxAge to have the cloud asked."
    return ExpectedError(message, code=code)


def _found_by_search(
    answers: LiveAnswers, plan: ReadPlan, sources: Sequence[models.Source]
) -> list[Any]:
    """The entries that a search found at the clouds, also those that are not stored."""
    searched = answers.image_searches.get(plan.image_search or "", {})
    return [
        image for source in sources if source.pk in searched for image in searched[source.pk].images
    ]


def _by_name(entries: list[Any]) -> list[Any]:
    """Each once, by name. A stored entry counts before one that was found."""
    by_place = {(entry.region, entry.external_id): entry for entry in entries}
    return sorted(by_place.values(), key=lambda entry: (entry.name, entry.region))
