"""The mutations of actions: derived from the declarations, in one order with the special ones."""

from collections.abc import Iterable, Iterator
from typing import Any

from gateway.core.graphql.mutation import root_fields
from inventory.operations.actions import (
    ACTIONS,
    CREATIONS,
    EDITS,
    TARGET_TYPES,
    TargetType,
)
from inventory.providers import Capability
from inventory.providers.capability import CREATING, LISTINGS
from inventory.resources import all_resources
from inventory.schema.actions import declared_mutation
from inventory.schema.bucket_actions import CreateBucket, DeleteBucket
from inventory.schema.container_actions import DeployContainer
from inventory.schema.edits import creation_mutation, edit_mutation
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
RESOURCES = frozenset(one.plural for one in all_resources())
# Mutations that do by another way what a capability does.
FURTHER = {Capability.IMPORT_KEY_PAIR: (CreateKeyPair,)}


class MissingMutation(Exception):
    """An action can be done at clouds, and no mutation submits it."""


def action_mutations(target_type: TargetType) -> Any:
    """The root fields of the mutations on ``target_type``, in the order of the capabilities.

    Mutations that create an object come last. Raises MissingMutation.
    """
    return root_fields(f"{target_type.type_name}Mutations", *_mutations_on(target_type))


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
            raise _missing(capability)
        yield from FURTHER.get(capability, ())


def check_capabilities(target_types: Iterable[TargetType]) -> None:
    """Raises MissingMutation for an action on a resource of which ``target_types`` has none."""
    targets = {one.resource for one in target_types}
    for capability in Capability:
        is_action = capability not in LISTINGS and capability.resource in RESOURCES
        if is_action and capability.resource not in targets:
            raise _missing(capability)


def _missing(capability: Capability) -> MissingMutation:
    return MissingMutation(
        f"{capability} has no mutation: declare it in inventory/operations/actions, or add "
        "its own to inventory/schema/derived_actions.py."
    )


check_capabilities(TARGET_TYPES)
ActionMutations: Any = type(
    "ActionMutations", tuple(action_mutations(target_type) for target_type in TARGET_TYPES), {}
)
