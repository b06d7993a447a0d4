"""What a service principal may do, as Azure itself tells it.

"Permissions - List For Resource Group" of the Authorization REST API, version 2022-04-01: each
entry is of a role that the caller has there, and allows its ``actions`` without its ``notActions``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from inventory.providers.azure.requests import COMPUTE, NETWORK, pages
from inventory.providers.kind import Capability
from inventory.providers.rest import segment
from inventory.types import MachineRecord

MACHINES = f"{COMPUTE}/virtualMachines"
ACTIONS = {
    Capability.LIST_MACHINES: (
        f"{MACHINES}/read",
        f"{COMPUTE}/virtualMachineScaleSets/read",
        f"{COMPUTE}/virtualMachineScaleSets/virtualMachines/read",
    ),
    Capability.START: (f"{MACHINES}/start/action",),
    Capability.STOP: (f"{MACHINES}/deallocate/action",),
    Capability.REBOOT: (f"{MACHINES}/restart/action",),
    Capability.RESIZE: (f"{MACHINES}/write",),
    Capability.TAG: (f"{MACHINES}/write",),
    Capability.TERMINATE: (f"{MACHINES}/delete",),
    Capability.PROVISION: (
        f"{MACHINES}/write",
        f"{NETWORK}/networkInterfaces/write",
        f"{NETWORK}/networkInterfaces/join/action",
        f"{NETWORK}/virtualNetworks/subnets/join/action",
    ),
    Capability.LIST_SIZES: (f"{COMPUTE}/locations/vmSizes/read",),
    Capability.LIST_IMAGES: (f"{COMPUTE}/images/read",),
}
GROUP = re.compile(r"/resourcegroups/([^/]+)/", re.IGNORECASE)


def lacking_permissions(
    driver: Any,
    needs: Mapping[Capability, Sequence[str]],
    machine: Callable[[], MachineRecord | None],
) -> dict[Capability, list[str]]:
    """Of orders, in the account's resource group; of all else, in that of the machine."""
    groups = {
        capability: driver.account.get("resource_group")
        if capability is Capability.PROVISION
        else _group_of(machine())
        for capability in needs
    }
    roles = {group: _roles(driver, group) for group in set(groups.values()) if group}
    return {
        capability: [action for action in actions if not _allows(roles[group], action)]
        for capability, actions in needs.items()
        if (group := groups[capability])
    }


def _group_of(machine: MachineRecord | None) -> str | None:
    match = GROUP.search(machine.external_id) if machine else None
    return match[1] if match else None


def _roles(driver: Any, group: str) -> list[dict[str, Any]]:
    path = f"{driver.subscription}/resourcegroups/{segment(group)}"
    return list(pages(driver, f"{path}/providers/Microsoft.Authorization/permissions"))


def _allows(roles: list[dict[str, Any]], action: str) -> bool:
    return any(
        _names(role.get("actions"), action) and not _names(role.get("notActions"), action)
        for role in roles
    )


def _names(patterns: Sequence[str] | None, action: str) -> bool:
    """In any case; a star stands for any text: "Understand Azure role definitions"."""
    return any(_covers(pattern.lower(), action.lower()) for pattern in patterns or ())


def _covers(pattern: str, action: str) -> bool:
    """Whether ``action`` is what ``pattern`` names. In linear time, whatever the pattern is."""
    first, *others = pattern.split("*")
    if not others:
        return pattern == action
    *middle, last = others
    if not action.startswith(first) or len(action) < len(first) + len(last):
        return False
    rest = action[len(first) : len(action) - len(last)]
    for part in middle:
        _before, found, rest = rest.partition(part) if part else ("", "-", rest)
        if not found:
            return False
    return action.endswith(last)
