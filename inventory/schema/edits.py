"""The mutations of declared edits and creations."""

from collections.abc import Mapping
from typing import Any

import graphene

from gateway.core.graphql.context import Context
from inventory.access import Role
from inventory.operations.actions import Creation, Edit
from inventory.operations.actions.taken import Taken
from inventory.schema.actions import (
    ActionMutation,
    Request,
    TagInput,
    derived_mutation,
    dry_run_argument,
    pairs_of,
    target_input,
)
from inventory.schema.named import provider_named, target_named
from inventory.schema.taken import input_fields, values_of
from inventory.services.creations import creation_dry_run, creation_submit
from inventory.services.edits import edit_dry_run, edit_submit
from jobs.schema import idempotency_key_argument


class EditMutation(ActionMutation):
    """A declared edit. See ``edit_mutation``."""

    class Meta:
        abstract = True

    declared: Edit
    submit, check = staticmethod(edit_submit), staticmethod(edit_dry_run)

    @classmethod
    def request(
        cls,
        context: Context,
        *,
        id: str,  # noqa: A002 - the contract's name
        **given: Any,
    ) -> Request:
        return {
            "edit": cls.declared,
            "row": target_named(context, cls.declared.target_type, id),
            "given": values_of(context, cls.declared.takes, given),
        }


def edit_mutation(edit: Edit) -> Any:
    fields = type("EditInput", (target_input(edit.target_type),), input_fields(edit.takes))
    return derived_mutation(EditMutation, edit, fields)


class CreationMutation(ActionMutation):
    """A declared creation. See ``creation_mutation``."""

    class Meta:
        abstract = True

    declared: Creation
    submit, check = staticmethod(creation_submit), staticmethod(creation_dry_run)

    @classmethod
    def request(
        cls,
        context: Context,
        *,
        provider: str | None = None,
        **given: Any,
    ) -> Request:
        return placed(context, cls.declared, provider, given)


def placed(
    context: Context, creation: Creation, provider: str | None, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The creation with its provider and the given values, as the services take them."""
    values = values_of(context, creation.takes, given)
    values["tags"] = pairs_of(given.get("tags"))
    if creation.anchor:
        anchor = values[creation.anchor]
        values["region"] = anchor.region
        return {"creation": creation, "provider": anchor.source.provider, "given": values}
    named = provider_named(context, str(provider), Role.OPERATOR, field="provider")
    return {"creation": creation, "provider": named, "given": values}


def creation_input(creation: Creation, *, leaving_out: frozenset[str] = frozenset()) -> Any:
    noun = creation.target_type.noun
    takes: dict[str, Taken] = {
        name: one for name, one in creation.takes.items() if name not in leaving_out
    }
    region = graphene.String(description="The region. Absent: the provider's first one.")
    where = {
        "provider": graphene.ID(required=True, description=f"Where the {noun} is created."),
        "region": region,
    }
    fields = {
        **({} if creation.anchor else where),
        "name": graphene.String(required=True, description="Its name."),
        **input_fields(takes),
        "tags": graphene.List(graphene.NonNull(TagInput), description="Tags to set."),
        "idempotency_key": idempotency_key_argument(),
        "dry_run": dry_run_argument(),
    }
    return type("CreationInput", (), {n: f for n, f in fields.items() if n not in leaving_out})


def creation_mutation(creation: Creation) -> Any:
    return derived_mutation(CreationMutation, creation, creation_input(creation))
