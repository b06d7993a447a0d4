"""The mutations of actions: derived from what is declared, in one order with the special ones."""

from collections.abc import Iterator
from typing import Any

import graphene
from graphene.utils.str_converters import to_snake_case

from inventory.operations.actions import (
    ACTIONS,
    CREATIONS,
    EDITS,
    TARGET_TYPES,
    Action,
    TargetType,
)
from inventory.providers import Capability
from inventory.providers.capability import CREATING, LISTINGS
from inventory.schema.actions import DeclaredMutation, target_input
from inventory.schema.bucket_actions import CreateBucket, DeleteBucket
from inventory.schema.container_actions import DeployContainer
from inventory.schema.dry_run import dry_run_field
from inventory.schema.edits import creation_mutation, edit_mutation, mutation_name
from inventory.schema.key_pairs import CreateKeyPair, ImportKeyPair
from inventory.schema.machine_actions import (
    ProvisionVirtualMachine,
    ResizeVirtualMachine,
    TagVirtualMachine,
)

# Actions that take more than their target, or that create it.
SPECIAL = {
    Capability.RESIZE: ResizeVirtualMachine,
    Capability.TAG: TagVirtualMachine,
    Capability.PROVISION: ProvisionVirtualMachine,
    Capability.DEPLOY_CONTAINER: DeployContainer,
    Capability.IMPORT_KEY_PAIR: ImportKeyPair,
    Capability.CREATE_BUCKET: CreateBucket,
    Capability.DELETE_BUCKET: DeleteBucket,
}
# Mutations that do by another way what a capability does.
FURTHER = {Capability.IMPORT_KEY_PAIR: (CreateKeyPair,)}


class MissingMutation(Exception):
    """An action can be done at clouds, and no mutation submits it."""


def declared_mutation(action: Action) -> Any:
    """The mutation of a declared action, as ``suspendVirtualMachine``."""
    attributes = {
        "__doc__": action.description,
        "Input": target_input(action.target_type),
        "action": action,
        "dry_run": dry_run_field(action.target_type),
    }
    name = mutation_name(action.name, action.target_type.type_name)
    return type(name, (DeclaredMutation,), attributes)


def action_mutations(target_type: TargetType) -> Any:
    """The root fields of the mutations on ``target_type``, in the order of the capabilities.

    Mutations that create an object come last. Raises MissingMutation.
    """
    fields = {}
    for mutation in _mutations_on(target_type):
        fields[to_snake_case(mutation.__name__)] = mutation.Field(description=mutation.__doc__)
    return type(f"{target_type.type_name}Mutations", (graphene.ObjectType,), fields)


def _mutations_on(target_type: TargetType) -> Iterator[Any]:
    declared = {action.capability: action for action in ACTIONS}
    edits = {edit.capability: edit for edit in EDITS}
    creations = {creation.capability: creation for creation in CREATIONS}
    actions = [
        one for one in Capability if one.resource == target_type.resource and one not in LISTINGS
    ]
    for capability in sorted(actions, key=lambda one: one in CREATING):
        if capability in SPECIAL:
            yield SPECIAL[capability]
        elif capability in declared:
            yield declared_mutation(declared[capability])
        elif capability in edits:
            yield edit_mutation(edits[capability])
        elif capability in creations:
            yield creation_mutation(creations[capability])
        else:
            raise MissingMutation(
                f"{capability} has no mutation: declare it in inventory/operations/actions, or add "
                "its own to inventory/schema/derived_actions.py."
            )
        yield from FURTHER.get(capability, ())


ActionMutations: Any = type(
    "ActionMutations", tuple(action_mutations(target_type) for target_type in TARGET_TYPES), {}
)
