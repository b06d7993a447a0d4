"""Everything that computes, in one list."""

from typing import Any

import graphene

from gateway.core.graphql.completeness import first_of
from gateway.core.graphql.paging import MAX_FIRST, checked_first
from inventory.resources.container import CONTAINERS
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.schema.compute import ComputeService
from inventory.schema.live_answers import answered
from inventory.schema.live_plans import (
    PlanRequest,
    ReadPlan,
    chosen_max_age,
    live_field,
    plan_of_sources,
)
from inventory.schema.table.types import object_type
from inventory.selectors.compute import COMPUTING, compute_count, compute_list

CONNECTIONS = f"Raise first, {MAX_FIRST} at most, or page through virtualMachines and containers."


class ComputeType(graphene.Union):
    """A virtual machine or a container."""

    class Meta:
        types = (object_type(CONTAINERS), object_type(VIRTUAL_MACHINES))


class ComputeQuery(graphene.ObjectType):
    all_compute_types = graphene.List(
        graphene.NonNull(ComputeService),
        first=graphene.Int(default_value=100, description=f"How many; at most {MAX_FIRST}."),
        max_age=graphene.Int(
            description="How old the answer may be, in seconds. 0: ask the clouds now."
        ),
        description="All machines and containers at all your clouds, by name. Its receipts are in "
        "the answer's extensions.sources and extensions.complete; a list that is cut is in "
        "extensions.cuts.",
    )

    @staticmethod
    def resolve_all_compute_types(_root: None, info: Any, **arguments: Any) -> list[Any]:
        count = checked_first(arguments["first"], default=100)
        answers, plan = answered(info, arguments)
        receipts = answers.receipts_of(plan)
        found = compute_list(receipts, count + 1)
        return first_of(info, found, count, total=lambda: compute_count(receipts), hint=CONNECTIONS)


@live_field("Query", "allComputeTypes")
def plan_all_compute_types(request: PlanRequest) -> ReadPlan:
    return plan_of_sources(request, COMPUTING, max_age=chosen_max_age(request), in_extensions=True)
