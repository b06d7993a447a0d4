"""The number of sources that one operation may ask: MAX_SOURCES.

Each source that is asked takes a thread and a request to a cloud. A field that would ask too many
is refused before any cloud is asked: an answer from a part of the sources would be incomplete, and
one from stored rows older than the field accepts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.conf import settings
from django.utils import timezone

from gateway.core.errors import ExpectedError
from gateway.core.graphql.collect import Place
from gateway.core.graphql.limits import LIMITS_CODE
from inventory.live.api import Outlook, outlook
from inventory.schema.live_plans import ReadPlan


def limited(plans: Mapping[Place, ReadPlan]) -> dict[Place, ReadPlan]:
    """The plans; with an error in each that asks a cloud, if together they ask too many sources."""
    asked = {place: sources_asked(plan) for place, plan in plans.items()}
    error = _excess(asked.values())
    if error is None:
        return dict(plans)
    return {
        place: replace(plan, error=error) if asked[place] else plan for place, plan in plans.items()
    }


def check_sources(plans: Iterable[ReadPlan]) -> None:
    """Raises ExpectedError if the plans together ask too many sources."""
    error = _excess(map(sources_asked, plans))
    if error is not None:
        raise error


def _excess(asked: Iterable[set[int]]) -> ExpectedError | None:
    """The error of plans that ask these sources; None if they are not too many together."""
    number = len(set().union(*asked))
    return too_many(number) if number > settings.MAX_SOURCES else None


def sources_asked(plan: ReadPlan) -> set[int]:
    """The primary keys of the sources whose clouds the plan asks: their rows are too old."""
    if plan.max_age is None or plan.error is not None:
        return set()
    now = timezone.now()
    return {
        source.pk for source in plan.sources if outlook(plan.ask_of(source), now) is Outlook.ASKED
    }


def too_many(number: int) -> ExpectedError:
    message = (
        f"This would ask {number} sources (a region of a provider, for one type of objects) at "
        f"once; MAX_SOURCES is {settings.MAX_SOURCES}. Filter by provider, kind or region, or give "
        "a larger maxAge, so that fewer are asked. explain(query:) lists them."
    )
    return ExpectedError(message, code=LIMITS_CODE)
