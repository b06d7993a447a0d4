"""Mutations that change many machines at once: a parent job with a child for each."""

from collections.abc import Sequence
from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case

from gateway.core.graphql.context import Context
from gateway.core.graphql.limit_fields import LimitField
from gateway.core.graphql.mutation import root_fields
from inventory.operations.actions import ACTIONS, Change
from inventory.operations.actions.declared import ActionError
from inventory.operations.actions.virtual_machines import MACHINE
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.schema.actions import ActionMutation, dry_run_argument, mutation_name
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
    """A declared change of many machines. See ``many_mutation``."""

    class Meta:
        abstract = True

    change: Change

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
        what: dict[str, Any] = {"change": cls.change, "selection": selection}
        if dry_run:
            return cls(dry_run=bulk.dry_run_many(**what, user=context.user))
        job = bulk.machines_change(
            **what, requested_by=context.user, idempotency_key=idempotency_key
        )
        return cls(job=job)


def many_mutation(change: Change) -> Any:
    """The mutation of a change that is declared with ``bulk``, as ``startVirtualMachines``."""
    if change.target_type != MACHINE:
        raise ActionError(f"{change.label}: bulk is set, and only machines can be selected.")
    plural = to_camel_case(f"_{change.target_type.resource}")
    attributes = {"__doc__": change.bulk, "Input": ManyInput, "change": change}
    return type(mutation_name(change.name, plural), (ManyMutation,), attributes)


ManyMutations: Any = root_fields(
    "ManyMutations",
    *(many_mutation(one) for one in ACTIONS if isinstance(one, Change) and one.bulk),
)
