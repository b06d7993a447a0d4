"""A dry run in the schema: what an action would meet."""

import graphene

from inventory.schema.enums import ContainerState, VirtualMachineState


class DryRunCheck(graphene.ObjectType):
    """One question that a dry run asked."""

    name = graphene.String(
        required=True,
        description="What was asked: capability, target, job, state, offer, name, schedule, or "
        "cloud (the cloud's own word).",
    )
    ok = graphene.Boolean(required=True, description="Whether the answer allows the action.")
    message = graphene.String(required=True, description="The answer in words.")


class DryRunTarget(graphene.ObjectType):
    """What an action on many machines would meet at one of them."""

    virtual_machine = graphene.Field(
        "inventory.schema.machines.VirtualMachine", required=True, description="The machine."
    )
    allowed = graphene.Boolean(required=True, description="True when every check is ok.")
    state = graphene.Field(VirtualMachineState, description="What the machine is doing now.")
    checks = graphene.List(
        graphene.NonNull(DryRunCheck),
        required=True,
        description="What was asked, in order; a check that failed may end the questions.",
    )


class DryRun(graphene.ObjectType):
    """What an action would meet. Nothing was done and nothing was promised."""

    allowed = graphene.Boolean(required=True, description="True when every check is ok.")
    state = graphene.Field(
        VirtualMachineState, description="What the machine is doing now, where there is one."
    )
    checks = graphene.List(
        graphene.NonNull(DryRunCheck),
        required=True,
        description="What was asked, in order; a check that failed may end the questions.",
    )
    targets = graphene.List(
        graphene.NonNull(DryRunTarget),
        description="Of an action on many machines, what it would meet at each.",
    )


class ContainerDryRun(graphene.ObjectType):
    """What an action on a container would meet. Nothing was done and nothing was promised."""

    allowed = graphene.Boolean(required=True, description="True when every check is ok.")
    state = graphene.Field(
        ContainerState, description="What the container is doing now, where there is one."
    )
    checks = graphene.List(
        graphene.NonNull(DryRunCheck),
        required=True,
        description="What was asked, in order; a check that failed may end the questions.",
    )
