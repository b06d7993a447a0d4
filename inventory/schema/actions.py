"""What mutations that submit a job have in common: each answers at once, with it or a dry run."""

from collections.abc import Sequence
from typing import Any

import graphene

from gateway.core.graphql.context import Context
from gateway.core.graphql.limit_fields import LimitField
from gateway.core.graphql.mutation import Mutation
from inventory.operations.actions import Action, TargetType
from inventory.operations.actions.declared import Declared
from inventory.operations.actions.virtual_machines import MACHINE
from inventory.schema.dry_run import dry_run_field
from inventory.schema.named import target_named
from inventory.services.actions import action_submit
from inventory.services.dry_run import action_dry_run
from jobs.schema import Job, idempotency_key_argument


def dry_run_argument() -> LimitField:
    return LimitField(
        graphene.Boolean,
        default_value=False,
        description="Only ask what the action would meet; no change.",
    )


class ActionMutation(Mutation):
    """A mutation that submits a job."""

    class Meta:
        abstract = True

    takes_api_token = True
    job = graphene.Field(
        Job, description="The job that does it; watch its state. Null when there is none."
    )
    dry_run = dry_run_field(MACHINE)


def target_input(target_type: TargetType) -> Any:
    """The input fields that every action on an object of ``target_type`` has."""
    fields = {
        "id": graphene.ID(required=True, description=f"The {target_type.noun}."),
        "idempotency_key": idempotency_key_argument(),
        "dry_run": dry_run_argument(),
    }
    return type("TargetInput", (), fields)


def mutation_name(verb: str, type_name: str) -> str:
    """As ``AttachVolume``, and of ``add_rule`` ``AddSecurityGroupRule``."""
    first, *others = (word.title() for word in verb.split("_"))
    return "".join((first, type_name, *others))


def derived_mutation(base: type[ActionMutation], declared: Declared, input_fields: Any) -> Any:
    """The mutation of what is declared, as ``suspendVirtualMachine``; ``base`` performs it."""
    target_type = declared.target_type
    attributes = {
        "__doc__": declared.description,
        "Input": input_fields,
        "declared": declared,
        "dry_run": dry_run_field(target_type),
    }
    return type(mutation_name(declared.name, target_type.type_name), (base,), attributes)


class DeclaredMutation(ActionMutation):
    """A declared action: it takes nothing but its target's id."""

    class Meta:
        abstract = True

    declared: Action

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        id: str,  # noqa: A002 - the contract's name
        idempotency_key: str | None = None,
        dry_run: bool = False,
    ) -> Any:
        row = target_named(context, cls.declared.target_type, id)
        if dry_run:
            return cls(dry_run=action_dry_run(action=cls.declared, row=row))
        job = action_submit(
            action=cls.declared, row=row, requested_by=context.user, idempotency_key=idempotency_key
        )
        return cls(job=job)


def declared_mutation(action: Action) -> Any:
    return derived_mutation(DeclaredMutation, action, target_input(action.target_type))


class TagInput(graphene.InputObjectType):
    """A tag or label to set."""

    key = graphene.String(required=True, description="The tag's name.")
    value = graphene.String(required=True, description="The tag's value; may be empty.")


def pairs_of(tags: Sequence[Any] | None) -> list[tuple[str, str]]:
    """TagInputs as pairs of key and value."""
    return [(tag["key"], tag["value"]) for tag in tags or ()]
