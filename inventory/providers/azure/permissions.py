"""The permissions of a service principal, as Azure itself reports them.

"Permissions - List For Resource Group" of the Authorization REST API, version 2022-04-01: each
entry is of a role that the caller has there, and allows its ``actions`` without its ``notActions``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from inventory.providers.azure import scale_sets
from inventory.providers.azure.requests import SCALE_SETS, pages
from inventory.providers.capability import Capability
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.rest import segment
from inventory.providers.table import beside
from inventory.types import MachineRecord

# Machines of uniform scale sets have actions of their own, in their sets' resource groups:
# learn.microsoft.com/azure/role-based-access-control/permissions/compute.
MEMBERS = f"{SCALE_SETS}/virtualMachines"
OF_MEMBERS = {
    Capability.START: f"{MEMBERS}/start/action",
    Capability.STOP: f"{MEMBERS}/deallocate/action",
    Capability.REBOOT: f"{MEMBERS}/restart/action",
    Capability.TERMINATE: f"{MEMBERS}/delete",
}
GROUP = re.compile(r"/resourcegroups/([^/]+)/", re.IGNORECASE)


@beside("missing_permissions")
def lacking_permissions(
    driver: Any,
    needs: Mapping[Capability, Sequence[str]],
    machine: Callable[[], MachineRecord | None],
) -> dict[Capability, list[str]]:
    """The permissions for orders, in the account's resource group, and for other actions, in the
    machine's resource group. Disks, snapshots and keys may be in other resource groups: their
    permissions are not reported.

    Machines of scale sets are looked at too if the subscription has any: an account may be allowed
    to start the one sort and not the other.
    """
    record = machine()
    found_id = record.external_id if record else ""
    member = scale_sets.is_member(found_id)
    group = None if member else _group_in(found_id)
    wanted: list[tuple[Capability, str | None, Sequence[str]]] = [
        (
            capability,
            driver.account.get("resource_group") if capability is Capability.PROVISION else group,
            actions,
        )
        for capability, actions in needs.items()
        if capability.resource == "virtual_machines"
    ]
    group_of_members = _group_in(found_id if member else _some_set(driver))
    wanted += [
        (capability, group_of_members, (OF_MEMBERS[capability],))
        for capability in needs
        if capability in OF_MEMBERS
    ]
    roles = {name: _roles(driver, name) for name in {one for _, one, _ in wanted} if name}
    lacking: dict[Capability, list[str]] = {}
    for capability, name, actions in wanted:
        if name:
            lacks = [action for action in actions if not _allows(roles[name], action)]
            lacking.setdefault(capability, []).extend(lacks)
    return lacking


def _some_set(driver: Any) -> str:
    """The path of a uniform scale set; empty if there is none, or none that may be seen."""
    try:
        paths, _problems = scale_sets.uniform_sets(driver)
    except ProviderError as error:
        if error.code is not ProviderErrorCode.PERMISSION_DENIED:
            raise
        return ""
    return paths[0] if paths else ""


def _group_in(path: str) -> str | None:
    match = GROUP.search(path)
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
    """Ignores case; a star matches any text: "Understand Azure role definitions"."""
    return any(_covers(pattern.lower(), action.lower()) for pattern in patterns or ())


def _covers(pattern: str, action: str) -> bool:
    """True if ``pattern`` names ``action``. It takes linear time for every pattern."""
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
