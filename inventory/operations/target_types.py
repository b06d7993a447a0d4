"""What jobs act upon: machines and containers, and what each is called where."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from inventory.access import visible_containers, visible_machines
from inventory.models.source import SourceResource


@dataclass(frozen=True, slots=True)
class TargetType:
    """``prefix``: of its operations. ``type_name``: in global ids. ``noun``: in messages.

    ``visible``: the stored ones that a user may see.
    """

    prefix: str
    type_name: str
    noun: str
    resource: SourceResource
    visible: Callable[[Any], QuerySet[Any]]


MACHINE = TargetType(
    "virtual_machine.",
    "VirtualMachine",
    "machine",
    SourceResource.VIRTUAL_MACHINES,
    visible_machines,
)
CONTAINER = TargetType(
    "container.", "Container", "container", SourceResource.CONTAINERS, visible_containers
)
SUBJECTS = (MACHINE, CONTAINER)


def target_type_of(resource: str) -> TargetType:
    """By what its source lists."""
    return next(one for one in SUBJECTS if one.resource == resource)


def target_type_named(operation: str) -> TargetType:
    """By the operation's prefix."""
    return next(one for one in SUBJECTS if operation.startswith(one.prefix))
