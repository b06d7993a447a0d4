"""The actions, as they are declared.

::

    ACTIONS     take nothing but their target
    EDITS       take more, and a read of the target shows that they are done
    CREATIONS   create an object

An action that takes nothing but its target, and that ends in a state of it, is declared with the
record of the target (``inventory.records``), and found automatically. Actions of machines and
containers, edits and creations are declared here, a module per resource.
"""

from inventory.operations.actions import (
    buckets,
    containers,
    images,
    key_pairs,
    security_groups,
    snapshots,
    virtual_machines,
    volumes,
)
from inventory.operations.actions.action import Action, AtMostOnce, Change, Judgement
from inventory.operations.actions.creation import Creation
from inventory.operations.actions.edit import Edit
from inventory.operations.actions.state_changes import state_changes
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
    "actions_on",
    "find_target_type",
    "target_type_named",
    "target_type_of",
]

ACTIONS: tuple[Action, ...] = (
    *virtual_machines.ACTIONS,
    *containers.ACTIONS,
    *state_changes(),
    *buckets.ACTIONS,
)
EDITS: tuple[Edit, ...] = (*volumes.EDITS, *security_groups.EDITS)
CREATIONS: tuple[Creation, ...] = (
    *volumes.CREATIONS,
    *snapshots.CREATIONS,
    *images.CREATIONS,
    *security_groups.CREATIONS,
    *key_pairs.CREATIONS,
)
TARGET_TYPES = tuple(dict.fromkeys(one.target_type for one in (*ACTIONS, *EDITS, *CREATIONS)))


def actions_on(target_type: TargetType) -> list[Action]:
    """Those that take nothing but an object of this type."""
    return [one for one in ACTIONS if one.target_type == target_type]


def target_type_of(resource: str) -> TargetType:
    """The type of the objects that a source of ``resource`` lists."""
    return next(one for one in TARGET_TYPES if one.resource == resource)


def find_target_type(operation: str) -> TargetType | None:
    """Like ``target_type_named``; None for an operation on no object of the inventory."""
    return next((one for one in TARGET_TYPES if operation.startswith(one.prefix)), None)


def target_type_named(operation: str) -> TargetType:
    """The type of the objects that an operation of this name acts upon."""
    return next(one for one in TARGET_TYPES if operation.startswith(one.prefix))
