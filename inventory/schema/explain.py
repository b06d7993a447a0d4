"""Explains a query without executing it: shows the plan that it would be executed by."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import graphene
from django.utils import timezone

from gateway.core.errors import InvalidInput
from gateway.core.graphql.budget import charge_reading
from gateway.core.graphql.collect import Place, path_to
from gateway.core.graphql.enums import described_enum
from gateway.core.graphql.errors import format_error
from gateway.core.graphql.execution import GraphQLRequest, load_operation
from gateway.core.graphql.pure import pure
from gateway.core.graphql.scalars import JSON
from inventory.live.api import Outlook, age_limit, may_ask, outlook, outlook_of_one
from inventory.models import Provider, Source
from inventory.schema.asked_later import LaterQuestion, later_questions
from inventory.schema.live_plans import ReadPlan, plans_of
from inventory.schema.source_limit import limited

LIST, FIND, SEARCH, ASK = "list", "find", "search", "ask"

PlannedAction = described_enum(
    Outlook,
    name="PlannedAction",
    description="The action of a query on a source.",
    meanings={
        Outlook.ASKED: "A request to its cloud, or to wait for one that is under way.",
        Outlook.CACHED: "No request: the stored rows are recent enough.",
        Outlook.LEFT_ALONE: "No request before nextTryAt: the source keeps failing, or its "
        "cloud asked to wait.",
    },
)


@dataclass(slots=True)
class Step:
    """The request that would be made to one source, or about one machine of it."""

    source: Source
    call: str
    about: str | None
    action: Outlook
    max_age: float | None
    fields: list[str] = field(default_factory=list)

    @property
    def is_asked(self) -> bool:
        return self.action is Outlook.ASKED


class PlannedCall(graphene.ObjectType):
    """A source that a query needs, and the request to it."""

    provider = graphene.Field(
        "inventory.schema.providers.Provider", required=True, description="The provider."
    )
    region = graphene.String(required=True, description="Its region.")
    resource = graphene.String(required=True, description="The resource, as in SourceReceipt.")
    call = graphene.String(
        required=True,
        description="The kind of request: list (everything, page by page), find (one object), "
        "search (images) or ask (a code host, while the query is executed).",
    )
    about = graphene.String(
        description="The object's externalId, the words of the search, or the field that needs it."
    )
    action = graphene.Field(PlannedAction, required=True, description="The action.")
    max_age = graphene.Float(description="How old the rows may be, in seconds; null: any age.")
    fetched_at = graphene.DateTime(description="When its latest complete answer arrived.")
    next_try_at = graphene.DateTime(description="The source is not asked before this time.")
    estimated_ms = graphene.Int(
        description="How long it would take, by its latest attempt; 0 where nothing is asked, null "
        "where it was never asked."
    )
    deadline_ms = graphene.Int(required=True, description="How long it may take at most.")
    fields = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="The fields that need it, by their place in the answer.",
    )

    @staticmethod
    @pure
    def resolve_provider(step: Step) -> Provider:
        return step.source.provider

    @staticmethod
    @pure
    def resolve_region(step: Step) -> str:
        return step.source.region

    @staticmethod
    @pure
    def resolve_resource(step: Step) -> str:
        return step.source.resource

    @staticmethod
    @pure
    def resolve_fetched_at(step: Step) -> datetime | None:
        return step.source.fetched_at

    @staticmethod
    @pure
    def resolve_next_try_at(step: Step) -> datetime | None:
        return step.source.retry_at if step.action is Outlook.LEFT_ALONE else None

    @staticmethod
    @pure
    def resolve_estimated_ms(step: Step) -> int | None:
        return _estimate(step)

    @staticmethod
    @pure
    def resolve_deadline_ms(step: Step) -> int:
        return round(step.source.provider.deadline_seconds * 1000)


class PlannedField(graphene.ObjectType):
    """A live field of the query."""

    path = graphene.String(required=True, description="Its place in the answer.")
    error = graphene.String(description="Why it would fail before a request is sent.")


class QueryPlan(graphene.ObjectType):
    """The plan of a query. No cloud was asked."""

    sources = graphene.List(
        graphene.NonNull(PlannedCall), required=True, description="Every source that it needs."
    )
    calls = graphene.Int(required=True, description="How many of them would be asked.")
    estimated_ms = graphene.Int(
        description="How long the clouds would take: they are asked at the same time, so as long "
        "as the slowest. Null if one of them was never asked."
    )
    fields = graphene.List(
        graphene.NonNull(PlannedField),
        required=True,
        description="The fields that are read from clouds.",
    )


class ExplainQuery(graphene.ObjectType):
    explain = graphene.Field(
        QueryPlan,
        query=graphene.String(required=True, description="The text of a query."),
        variables=JSON(description="Its variables, as an object."),
        operation_name=graphene.String(
            description="The operation in the text; needed when there are several."
        ),
        description="The plan of a query, which is not executed: the clouds that it would ask, "
        "the lists that it needs, and how long that is likely to take.",
    )

    @staticmethod
    def resolve_explain(
        _root: None,
        info: Any,
        query: str,
        variables: Any = None,
        operation_name: str | None = None,
    ) -> QueryPlan:
        if not isinstance(variables or {}, dict):
            raise InvalidInput("variables must be an object.", field="variables")
        request = GraphQLRequest(query, variables or {}, operation_name)
        charge = partial(charge_reading, query, info.context)
        loaded = load_operation(info.schema, request, before_reading=charge)
        if isinstance(loaded, list):
            wrong = " ".join(format_error(error)["message"] for error in loaded)
            raise InvalidInput(f"The query cannot be run: {wrong}", field="query")
        operation = loaded[1]
        if operation.kind != "query":
            message = f"Only queries can be explained, not a {operation.kind}; try dryRun."
            raise InvalidInput(message, field="query")
        plans = plans_of(operation, info.context.user)
        later = later_questions(operation, info.context, plans)
        steps = [*_steps(plans, timezone.now()), *map(_later_step, later)]
        return QueryPlan(
            sources=steps,
            calls=sum(step.is_asked for step in steps),
            estimated_ms=_slowest(steps),
            fields=_fields(limited(plans)),
        )


def _fields(plans: dict[Place, ReadPlan]) -> list[PlannedField]:
    """Fields of several types may share a place in the answer: once each, and for each error."""
    told = dict.fromkeys(
        (_dotted(place), plan.error and plan.error.message) for place, plan in plans.items()
    )
    return [PlannedField(path=path, error=error) for path, error in told]


def _steps(plans: dict[Place, ReadPlan], now: datetime) -> list[Step]:
    """One step for each source and way of asking; of several ages the smallest wins."""
    steps: dict[tuple[int, str, str | None], Step] = {}
    for place, plan in plans.items():
        for step in _steps_of(plan, now) if plan.error is None else ():
            known = steps.setdefault((step.source.pk, step.call, step.about), step)
            if _is_stricter(step, known):
                known.action, known.max_age = step.action, step.max_age
            if (path := _dotted(place)) not in known.fields:
                known.fields.append(path)
    return list(steps.values())


def _is_stricter(step: Step, other: Step) -> bool:
    ages = [math.inf if each.max_age is None else each.max_age for each in (step, other)]
    return ages[0] < ages[1]


def _steps_of(plan: ReadPlan, now: datetime) -> Iterator[Step]:
    if plan.one is not None:
        ask = plan.one
        yield Step(ask.source, FIND, ask.external_id, outlook_of_one(ask), ask.max_age)
    for source in plan.sources:
        if plan.max_age is None:
            yield Step(source, LIST, None, Outlook.CACHED, None)
        elif plan.image_search is not None and not source.is_region_set:
            yield Step(source, SEARCH, plan.image_search, _outlook_now(source), plan.max_age)
        else:
            limit = age_limit(source, plan.max_age, regions=plan.regions)
            yield Step(source, LIST, None, outlook(plan.ask_of(source), now), limit)


def _later_step(asked: LaterQuestion) -> Step:
    places = list(dict.fromkeys(map(_dotted, asked.places)))
    return Step(asked.source, ASK, asked.name, _outlook_now(asked.source), 0, places)


def _outlook_now(source: Source) -> Outlook:
    return Outlook.ASKED if may_ask(source) else Outlook.LEFT_ALONE


def _estimate(step: Step) -> int | None:
    """The latest attempt of the whole source: one machine is sooner found than all are listed."""
    return step.source.duration_ms if step.is_asked else 0


def _slowest(steps: Iterable[Step]) -> int | None:
    estimates = [_estimate(step) for step in steps]
    known = [estimate for estimate in estimates if estimate is not None]
    return max(known, default=0) if len(known) == len(estimates) else None


def _dotted(place: Place) -> str:
    return ".".join(path_to(place))
