"""A dry run in the schema: the result that an action would have."""

from typing import Any

import graphene

from gateway.core.graphql.pure import pure
from inventory.operations.actions import Change, TargetType, actions_on
from inventory.operations.actions.virtual_machines import MACHINE
from inventory.records.price import HOURS_PER_MONTH, MICRO
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.schema.table.types import object_type, state_enum
from inventory.services import dry_run_costs as costs


class DryRunCheck(graphene.ObjectType):
    """One check of a dry run."""

    name = graphene.String(
        required=True,
        description="The name of the check: capability, target, job, state, offer, name, schedule, "
        "or cloud (the cloud's own word).",
    )
    ok = graphene.Boolean(required=True, description="True if the check passed.")
    message = graphene.String(required=True, description="The answer in words.")


def allowed_field() -> graphene.Boolean:
    return graphene.Boolean(required=True, description="True when every check is ok.")


def checks_field() -> graphene.List:
    return graphene.List(
        graphene.NonNull(DryRunCheck),
        required=True,
        description="The checks, in order. A failed check may end them.",
    )


class CostSum(graphene.ObjectType):
    """The cost of several objects together, in US dollars."""

    hourly = graphene.Float(description="The cost of an hour: monthly divided by 730.")
    monthly = graphene.Float(
        description="The cost of a month. Null where none of the costs is known."
    )
    priced = graphene.Int(required=True, description="How many objects are in it.")
    unpriced = graphene.Int(
        required=True, description="How many are not, because their cost is not known."
    )

    @staticmethod
    @pure
    def resolve_hourly(found: costs.CostSum) -> float | None:
        return None if found.known is None else round(found.known / HOURS_PER_MONTH) / MICRO

    @staticmethod
    @pure
    def resolve_monthly(found: costs.CostSum) -> float | None:
        return None if found.known is None else found.known / MICRO


class DryRunCost(graphene.ObjectType):
    """The costs before and after an action. Volumes that are attached to a machine are included."""

    now = graphene.Field(CostSum, required=True, description="The costs now.")
    after = graphene.Field(
        CostSum,
        required=True,
        description="The costs afterwards: of a stopped machine its charge while stopped and its "
        "volumes, of a terminated one the volumes that stay, of an order the new machines, after a "
        "resize the machine in its present state.",
    )
    complete = graphene.Boolean(
        required=True,
        description="True if every object with a cost is counted here or in unpriced.",
    )
    note = graphene.String(description="If it is not complete, what is not in it.")


def cost_field() -> graphene.Field:
    return graphene.Field(
        DryRunCost,
        description="The costs before and after the action: start, stop, suspend, resume, reboot, "
        "resize, terminate and provision. Null where the action would be refused.",
    )


def targets_field(target_type: TargetType, name: str) -> graphene.List:
    """The results of an action on many objects. ``name``: the type of the result for each."""
    resource, (noun, several) = target_type.declared, target_type.declared.nouns
    fields = {
        "__doc__": f"The result of a dry run for one of many {several}.",
        target_type.prefix.removesuffix("."): graphene.Field(
            object_type(resource),
            required=True,
            description=f"The {noun}.",
            resolver=pure(lambda target: target.row),
        ),
        "allowed": allowed_field(),
        "state": graphene.Field(state_enum(resource), description=f"The state of the {noun} now."),
        "checks": checks_field(),
        **({"cost": cost_field()} if target_type is MACHINE else {}),
    }
    return graphene.List(
        graphene.NonNull(type(name, (graphene.ObjectType,), fields)),
        description=f"The results for each target, of an action on many {several}.",
    )


class DryRun(graphene.ObjectType):
    """The result of a dry run. Nothing was changed, and the action may still fail."""

    allowed = allowed_field()
    state = graphene.Field(
        state_enum(VIRTUAL_MACHINES),
        description="The state of the machine now, where there is one.",
    )
    checks = checks_field()
    targets = targets_field(MACHINE, "DryRunTarget")
    user_data = graphene.String(
        description="The script of the first boot, for an order with a repository. "
        "A userData of the request is not returned."
    )
    cost = cost_field()


# Other target types have a dry run that is derived.
DRY_RUNS: dict[TargetType, Any] = {MACHINE: DryRun}


def dry_run_field(target_type: TargetType) -> graphene.Field:
    """The field of a payload that answers a dry run on objects of ``target_type``."""
    return graphene.Field(
        _dry_run_type(target_type),
        description="The result of a dry run; null unless dryRun was true.",
    )


def _dry_run_type(target_type: TargetType) -> Any:
    """``<Type>DryRun``; the target's state is the enum of its resource.

    ``targets`` is a field of it where an action can be done to many.
    """
    if target_type not in DRY_RUNS:
        noun, name = target_type.noun, target_type.type_name
        fields = {
            "__doc__": f"The result of a dry run of an action on {target_type.declared.nouns[1]}. "
            "Nothing was changed, and the action may still fail.",
            "allowed": allowed_field(),
            "state": graphene.Field(
                state_enum(target_type.declared),
                description=f"The state of the {noun} now, where there is one.",
            ),
            "checks": checks_field(),
        }
        if any(isinstance(one, Change) and one.bulk for one in actions_on(target_type)):
            fields["targets"] = targets_field(target_type, f"{name}DryRunTarget")
        DRY_RUNS[target_type] = type(f"{name}DryRun", (graphene.ObjectType,), fields)
    return DRY_RUNS[target_type]
