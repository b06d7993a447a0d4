"""Mutations that change many machines at once: a parent job with a child for each."""

from collections.abc import Sequence
from typing import Any

import graphene

from gateway.core.graphql.context import Context
from gateway.core.graphql.limit_fields import LimitField
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.schema.actions import ActionMutation, dry_run_argument
from inventory.schema.selection import parse_selection
from inventory.schema.table.filters import filter_input
from inventory.services import bulk
from inventory.services.selection import MOST_EVER, USUAL_MOST
from jobs.schema import idempotency_key_argument


class ManyInput:
    """Which machines, and how many at most."""

    ids = graphene.List(
        graphene.NonNull(graphene.ID), description="The machines. Either these or a filter."
    )
    filter = LimitField(
        filter_input(VIRTUAL_MACHINES),
        by_parts=True,
        description="What the machines are like, as they are stored now. TERMINATED and MISSING "
        "ones are left out unless state names them. Every part that is named must have a value, "
        "a tag's value too; null and empty parts are refused.",
    )
    max = graphene.Int(
        default_value=USUAL_MOST,
        description="Nothing is done to more machines than this: then the whole is refused. "
        f"At most {MOST_EVER}.",
    )
    idempotency_key = idempotency_key_argument()
    dry_run = dry_run_argument()


class ManyMutation(ActionMutation):
    """A change of power of many machines; ``change`` is a key of CHANGES."""

    class Meta:
        abstract = True

    change: str

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        ids: Sequence[str] | None = None,
        filter: Any = None,  # noqa: A002 - the contract's name
        max: int | None = None,  # noqa: A002 - the contract's name
        idempotency_key: str | None = None,
        dry_run: bool = False,
    ) -> Any:
        selection = parse_selection(context, ids, filter, USUAL_MOST if max is None else max)
        if dry_run:
            return cls(
                dry_run=bulk.dry_run_many(name=cls.change, selection=selection, user=context.user)
            )
        job = bulk.machines_change(
            name=cls.change,
            selection=selection,
            requested_by=context.user,
            idempotency_key=idempotency_key,
        )
        return cls(job=job)


class StartVirtualMachines(ManyMutation):
    """Start machines: a job with a child for each. One whose machine is busy fails at once."""

    change = "start"
    Input = ManyInput


class StopVirtualMachines(ManyMutation):
    """Stop machines: a job with a child for each. One whose machine is busy fails at once."""

    change = "stop"
    Input = ManyInput


class TerminateVirtualMachines(ManyMutation):
    """Delete machines for good: a job with a child for each; one on a busy machine fails."""

    change = "terminate"
    Input = ManyInput


class ManyMachinesMutations(graphene.ObjectType):
    start_virtual_machines = StartVirtualMachines.Field(description=StartVirtualMachines.__doc__)
    stop_virtual_machines = StopVirtualMachines.Field(description=StopVirtualMachines.__doc__)
    terminate_virtual_machines = TerminateVirtualMachines.Field(
        description=TerminateVirtualMachines.__doc__
    )
