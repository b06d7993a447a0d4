"""The actions, as they are declared: a module per resource.

::

    ACTIONS     take nothing but their target
    EDITS       take more, and a read of the target shows that they are done
    CREATIONS   create an object

An action of another resource is added to the module of that resource; a resource that had none is
added here.
"""

from inventory.operations.actions import (
    buckets,
    containers,
    key_pairs,
    security_groups,
    snapshots,
    virtual_machines,
    volumes,
)
from inventory.operations.actions.action import Action, AtMostOnce, Change, Judgement
from inventory.operations.actions.creation import Creation
from inventory.operations.actions.edit import Edit
from inventory.operations.actions.target_type import TargetType

__all__ = [
    "ACTIONS",
    "CREATIONS",
    "EDITS",
    "TARGET_TYPES",
    "Action",
    "AtMostOnce",
    "Change",
    "Creation",
    "Edit",
    "Judgement",
    "TargetType",
    "find_target_type",
    "target_type_named",
    "target_type_of",
]

ACTIONS: tuple[Action, ...] = (
    *virtual_machines.ACTIONS,
    *containers.ACTIONS,
    *volumes.ACTIONS,
    *snapshots.ACTIONS,
    *security_groups.ACTIONS,
    *key_pairs.ACTIONS,
    *buckets.ACTIONS,
)
EDITS: tuple[Edit, ...] = (*volumes.EDITS, *security_groups.EDITS)
CREATIONS: tuple[Creation, ...] = (
    *volumes.CREATIONS,
    *snapshots.CREATIONS,
    *security_groups.CREATIONS,
    *key_pairs.CREATIONS,
)
TARGET_TYPES = tuple(dict.fromkeys(action.target_type for action in ACTIONS))


def target_type_of(resource: str) -> TargetType:
    """The type of the objects that a source of ``resource`` lists."""
    return next(one for one in TARGET_TYPES if one.resource == resource)


def find_target_type(operation: str) -> TargetType | None:
    """As ``target_type_named``; None for an operation on nothing of the inventory."""
    return next((one for one in TARGET_TYPES if operation.startswith(one.prefix)), None)


def target_type_named(operation: str) -> TargetType:
    """The type of the objects that an operation of this name acts upon."""
    return next(one for one in TARGET_TYPES if operation.startswith(one.prefix))
