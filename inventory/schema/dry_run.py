"""A dry run in the schema: what an action would meet."""

from typing import Any

import graphene

from inventory.operations.actions import TargetType
from inventory.operations.actions.virtual_machines import MACHINE
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.schema.table.types import object_type, state_enum


class DryRunCheck(graphene.ObjectType):
    """One question that a dry run asked."""

    name = graphene.String(
        required=True,
        description="What was asked: capability, target, job, state, offer, name, schedule, or "
        "cloud (the cloud's own word).",
    )
    ok = graphene.Boolean(required=True, description="Whether the answer allows the action.")
    message = graphene.String(required=True, description="The answer in words.")


def allowed_field() -> graphene.Boolean:
    return graphene.Boolean(required=True, description="True when every check is ok.")


def checks_field() -> graphene.List:
    return graphene.List(
        graphene.NonNull(DryRunCheck),
        required=True,
        description="What was asked, in order; a check that failed may end the questions.",
    )


class DryRunTarget(graphene.ObjectType):
    """What an action on many machines would meet at one of them."""

    virtual_machine = graphene.Field(
        object_type(VIRTUAL_MACHINES), required=True, description="The machine."
    )
    allowed = allowed_field()
    state = graphene.Field(
        state_enum(VIRTUAL_MACHINES), description="What the machine is doing now."
    )
    checks = checks_field()


class DryRun(graphene.ObjectType):
    """What an action would meet. Nothing was done and nothing was promised."""

    allowed = allowed_field()
    state = graphene.Field(
        state_enum(VIRTUAL_MACHINES),
        description="What the machine is doing now, where there is one.",
    )
    checks = checks_field()
    targets = graphene.List(
        graphene.NonNull(DryRunTarget),
        description="Of an action on many machines, what it would meet at each.",
    )
    user_data = graphene.String(
        description="Of an order with a repository, what the machine would run at its first boot. "
        "A userData that was given is not repeated."
    )


# Other target types have a dry run that is derived.
DRY_RUNS: dict[TargetType, Any] = {MACHINE: DryRun}


def dry_run_field(target_type: TargetType) -> graphene.Field:
    """The field of a payload that answers a dry run on objects of ``target_type``."""
    return graphene.Field(
        _dry_run_type(target_type), description="What it would meet, when only that was asked."
    )


def _dry_run_type(target_type: TargetType) -> Any:
    """``<Type>DryRun``; the target's state is the enum of its resource."""
    if target_type not in DRY_RUNS:
        noun, name = target_type.noun, target_type.type_name
        fields = {
            "__doc__": f"What an action on a {noun} would meet. "
            "Nothing was done and nothing was promised.",
            "allowed": allowed_field(),
            "state": graphene.Field(
                state_enum(target_type.declared),
                description=f"What the {noun} is doing now, where there is one.",
            ),
            "checks": checks_field(),
        }
        DRY_RUNS[target_type] = type(f"{name}DryRun", (graphene.ObjectType,), fields)
    return DRY_RUNS[target_type]
