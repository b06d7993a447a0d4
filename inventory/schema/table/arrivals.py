"""The answers of a live field in a subscription, sent as its sources answer."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from gateway.core.errors import NotFound
from gateway.core.graphql.cost import LIVE_POINTS
from gateway.core.graphql.subscriptions import Contexts
from inventory.access import visible_sources
from inventory.live.api import Receipt, receipt_of_gone
from inventory.models import Source
from inventory.schema.live_answers import Arrival, LiveAnswers
from inventory.schema.live_plans import PlanRequest, ReadPlan
from inventory.schema.named import NO_PROVIDER
from inventory.schema.simulated import charge_simulated
from inventory.schema.source_limit import check_sources
from inventory.selectors.sources import sources_left

OUT_OF_REACH = (
    "You have lost the access to a provider while the clouds were asked. Ask again for the answer "
    "without it."
)


def arrivals(
    planner: Callable[[PlanRequest], ReadPlan], contexts: Contexts, arguments: Mapping[str, Any]
) -> Iterator[Arrival]:
    """Plan the field and ask its sources; yields the receipts that the user may see by then.

    Raises InvalidInput and NotFound for arguments that are wrong; for a region that no provider
    has, at the end; NotFound as ``check_reach``. Raises RateLimited, and ExpectedError for too many
    sources, before anything is asked.
    """
    context = contexts()
    request = PlanRequest(context.user, dict(arguments))
    plan = replace(planner(request), requested_age=arguments.get("max_age"))
    check_sources([plan])
    answers = context.of(LiveAnswers)
    charge_simulated(answers.asks([plan]), context, besides=LIVE_POINTS)
    for arrival in answers.fetching(plan):
        user = contexts().user
        check_reach(user, plan.sources, arguments)
        yield seen_by(user, arrival, arguments)


def seen_by(user: Any, arrival: Arrival, arguments: Mapping[str, Any]) -> Arrival:
    """Like ``shown_to``, for everything that has arrived."""
    shown = {one.source.pk: one for one in shown_to(user, arrival.receipts, arguments)}
    new = [shown[one.source.pk] for one in arrival.new]
    return replace(arrival, new=new, receipts=list(shown.values()))


def shown_to(user: Any, receipts: Iterable[Receipt], arguments: Mapping[str, Any]) -> list[Receipt]:
    """The receipts, as the user may see them now. Raises NotFound as ``check_reach``.

    The source of a provider that was disconnected meanwhile is one that did not answer: its rows
    were deleted.
    """
    asked = list(receipts)
    left = check_reach(user, [one.source for one in asked], arguments)
    return [one if one.source.pk in left else receipt_of_gone(one.source) for one in asked]


def check_reach(user: Any, sources: Iterable[Source], arguments: Mapping[str, Any]) -> set[int]:
    """The primary keys of the sources that exist.

    Raises NotFound if the user may not see one of these any more. An answer without it would pass
    for a complete one, and a receipt would show a provider that is out of reach.
    """
    left = sources_left(sources)
    visible = visible_sources(user).filter(pk__in=left)
    if left - set(visible.values_list("pk", flat=True)):
        if (arguments.get("filter") or {}).get("provider") is not None:
            raise NotFound(NO_PROVIDER, field="filter.provider")
        raise NotFound(OUT_OF_REACH)
    return left
