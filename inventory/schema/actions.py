"""Mutations that change machines: each answers at once with a job that does it."""

from collections.abc import Sequence
from typing import Any

import graphene

from gateway.core.errors import NotFound
from gateway.core.graphql.context import Context
from gateway.core.graphql.mutation import Mutation
from gateway.core.ids import local_id
from inventory import models
from inventory.selectors.machines import machine_get
from inventory.selectors.providers import provider_get
from inventory.services import machines as services
from jobs.schema import Job


class ActionMutation(Mutation):
    """What the mutations that submit a job have in common."""

    class Meta:
        abstract = True

    job = graphene.Field(
        Job, description="The job that does it; watch its state. Null when there is none."
    )


class StartVirtualMachine(ActionMutation):
    """Start a machine. The job succeeds when the machine is seen running."""

    class Input:
        id = graphene.ID(required=True, description="The machine.")

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Any:  # noqa: A002 - the contract's name
        machine = _machine(context, id)
        return cls(job=services.machine_start(machine=machine, requested_by=context.user))


class StopVirtualMachine(ActionMutation):
    """Stop a machine. The job succeeds when the machine is seen stopped."""

    class Input:
        id = graphene.ID(required=True, description="The machine.")

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Any:  # noqa: A002 - the contract's name
        machine = _machine(context, id)
        return cls(job=services.machine_stop(machine=machine, requested_by=context.user))


class TagInput(graphene.InputObjectType):
    """A tag or label to set."""

    key = graphene.String(required=True, description="The tag's name.")
    value = graphene.String(required=True, description="The tag's value; may be empty.")


class ProvisionVirtualMachine(ActionMutation):
    """Buy one machine or several alike. The job succeeds when all are seen running."""

    class Input:
        provider = graphene.ID(required=True, description="Where to buy.")
        name = graphene.String(
            required=True, description="Its name; of several, <name>-1 to <name>-<count>."
        )
        size = graphene.String(required=True, description="A Size's id, or the cloud's own.")
        image = graphene.String(required=True, description="An Image's id, or the cloud's own.")
        location = graphene.String(
            description="A Location's id, the cloud's own, or a region. "
            "Absent: the first of the provider's regions that offers size and image."
        )
        count = graphene.Int(
            default_value=1, description="How many, 1 to 50; for several, a child job each."
        )
        key_pair = graphene.String(description="The name of a key pair at the cloud.")
        security_groups = graphene.List(
            graphene.NonNull(graphene.String), description="Names of security groups at the cloud."
        )
        tags = graphene.List(graphene.NonNull(TagInput), description="Tags to set.")
        user_data = graphene.String(description="What the machine runs at its first boot.")

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        provider: str,
        count: int | None = None,
        tags: Sequence[Any] | None = None,
        security_groups: Sequence[str] | None = None,
        **given: Any,
    ) -> Any:
        public_id = local_id(provider, of="Provider", field="provider")
        found = provider_get(user=context.user, public_id=public_id)
        if found is None:
            raise NotFound("There is no provider with this id.", field="provider")
        request = services.ProvisionRequest(
            tags=[(tag["key"], tag["value"]) for tag in tags or ()],
            security_groups=list(security_groups or ()),
            **given,
        )
        return cls(
            job=services.machine_provision(
                provider=found,
                request=request,
                count=1 if count is None else count,
                requested_by=context.user,
            )
        )


class MachineMutations(graphene.ObjectType):
    start_virtual_machine = StartVirtualMachine.Field(description=StartVirtualMachine.__doc__)
    stop_virtual_machine = StopVirtualMachine.Field(description=StopVirtualMachine.__doc__)
    provision_virtual_machine = ProvisionVirtualMachine.Field(
        description=ProvisionVirtualMachine.__doc__
    )


def _machine(context: Context, value: str) -> models.VirtualMachine:
    machine = machine_get(user=context.user, local_id=local_id(value, of="VirtualMachine"))
    if machine is None:
        raise NotFound("There is no machine with this id.", field="id")
    return machine
