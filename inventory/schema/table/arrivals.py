"""What a subscription is sent of a live field, as its sources answer."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from gateway.core.graphql.cost import LIVE_POINTS
from gateway.core.graphql.subscriptions import Contexts
from inventory.access import visible_sources
from inventory.live.api import Receipt, receipt_of_gone
from inventory.schema.live_answers import Arrival, LiveAnswers
from inventory.schema.live_plans import Inherited, PlanRequest, ReadPlan
from inventory.schema.simulated import charge_simulated
from inventory.selectors.sources import sources_left


def arrivals(
    planner: Callable[[PlanRequest], ReadPlan], contexts: Contexts, arguments: Mapping[str, Any]
) -> Iterator[Arrival]:
    """Plan the field and ask its sources; each moment with what the user may see then.

    Raises InvalidInput and NotFound for arguments that are wrong; for a region that no provider
    has, at the end. Raises RateLimited before anything is asked.
    """
    context = contexts()
    request = PlanRequest(context.user, dict(arguments), Inherited())
    plan = replace(planner(request), requested_age=arguments.get("max_age"))
    answers = context.of(LiveAnswers)
    charge_simulated(answers.asks([plan]), context, besides=LIVE_POINTS)
    for arrival in answers.fetching(plan):
        yield seen_by(contexts().user, arrival)


def seen_by(user: Any, arrival: Arrival) -> Arrival:
    """As ``shown_to``, of all that has come."""
    shown = {one.source.pk: one for one in shown_to(user, arrival.receipts)}
    new = [shown[one.source.pk] for one in arrival.new if one.source.pk in shown]
    return replace(arrival, new=new, receipts=list(shown.values()))


def shown_to(user: Any, receipts: Iterable[Receipt]) -> list[Receipt]:
    """Without the sources that the user may not see: a role may be taken back meanwhile.

    One that was deleted since it was asked stays, as one that did not answer: nobody has its rows.
    """
    asked = list(receipts)
    visible = set(visible_sources(user).values_list("pk", flat=True))
    left = sources_left(receipt.source for receipt in asked)
    return [
        one if one.source.pk in visible else receipt_of_gone(one.source)
        for one in asked
        if one.source.pk in visible or one.source.pk not in left
    ]
