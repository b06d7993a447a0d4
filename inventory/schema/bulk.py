"""Mutations that change many objects at once: a parent job with a child for each."""

from collections.abc import Sequence
from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case

from gateway.core.graphql.audited import AuditObjects
from gateway.core.graphql.context import Context
from gateway.core.graphql.limit_fields import LimitField
from gateway.core.graphql.mutation import root_fields
from inventory.operations.actions import ACTIONS, Change, TargetType
from inventory.operations.actions.declared import ActionError
from inventory.schema.actions import ActionMutation, Request, dry_run_argument, mutation_name
from inventory.schema.dry_run import dry_run_field
from inventory.schema.selection import parse_selection
from inventory.schema.table.filters import filter_input
from inventory.services import bulk
from inventory.services.dry_run import DryRun
from inventory.services.selection import MOST_EVER, USUAL_MOST
from inventory.types import MISSING
from jobs.schema import idempotency_key_argument


def many_input(target_type: TargetType) -> Any:
    """Which objects, and how many at most."""
    resource, several = target_type.declared, target_type.declared.nouns[1]
    fields = {
        "ids": graphene.List(
            graphene.NonNull(graphene.ID), description=f"The {several}. Either these or a filter."
        ),
        "filter": LimitField(
            filter_input(resource),
            by_parts=True,
            description=f"A filter of the stored {several}. "
            f"{target_type.removed} and {MISSING} ones are left out unless state names them. "
            "Every field that is given must have a value, also the value of a tag; null and "
            "empty values are refused.",
        ),
        "max": graphene.Int(
            default_value=USUAL_MOST,
            description=f"If more {several} than this match, the request is refused. "
            f"At most {MOST_EVER}.",
        ),
        "idempotency_key": idempotency_key_argument(),
        "dry_run": dry_run_argument(),
    }
    return type("ManyInput", (), fields)


class ManyMutation(ActionMutation):
    """A declared change of many objects. See ``many_mutation``."""

    class Meta:
        abstract = True

    change: Change
    submit = staticmethod(bulk.change_many)

    @classmethod
    def request(
        cls,
        context: Context,
        *,
        ids: Sequence[str] | None = None,
        filter: Any = None,  # noqa: A002 - the contract's name
        max: int | None = None,  # noqa: A002 - the contract's name
    ) -> Request:
        resource = cls.change.target_type.declared
        selection = parse_selection(context, ids, filter, max, resource)
        return {"change": cls.change, "selection": selection}

    @classmethod
    def perform(cls, context: Context, **given: Any) -> Any:
        payload = super().perform(context, **given)
        if payload.job is not None:
            targets = payload.job.children.exclude(target=None)
            context.of(AuditObjects).update(targets.values_list("target", "target_name"))
        return payload

    @classmethod
    def meet(cls, context: Context, request: Request) -> DryRun:
        return bulk.dry_run_many(**request, user=context.user)


def many_mutation(change: Change) -> Any:
    """The mutation of a change that is declared with ``bulk``, as ``startVirtualMachines``."""
    target_type = change.target_type
    if not target_type.declared.has_root_list or not change.derived:
        raise ActionError(f"{change.label}: bulk is set, and it cannot be done to many objects.")
    plural = to_camel_case(f"_{target_type.resource}")
    attributes = {
        "__doc__": change.bulk,
        "Input": many_input(target_type),
        "dry_run": dry_run_field(target_type),
        "change": change,
    }
    return type(mutation_name(change.name, plural), (ManyMutation,), attributes)


ManyMutations: Any = root_fields(
    "ManyMutations",
    *(many_mutation(one) for one in ACTIONS if isinstance(one, Change) and one.bulk),
)
