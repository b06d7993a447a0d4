"""Machines of uniform scale sets, which the subscription's list of virtual machines lacks.

The nodes of AKS are such machines. Those of flexible scale sets are virtual machines like others,
and in that list: learn.microsoft.com/azure/virtual-machine-scale-sets, "Orchestration modes".
A set's machines have its size, and their network interfaces and public addresses are listed below
the set: learn.microsoft.com/rest/api/virtualnetwork, "Network Interface In VM SS".
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from inventory.providers.azure.requests import COMPUTE, pages, version_of
from inventory.providers.kind import Capability
from inventory.providers.rest import found

MACHINE = re.compile(
    r"/subscriptions/[^/?#]+/resourcegroups/[^/?#]+/providers/"
    r"microsoft\.compute/virtualmachinescalesets/[^/?#]+/virtualmachines/[0-9]+"
)
FLEXIBLE = "flexible"
WITH_VIEW = {"$expand": "instanceView"}
# Each of these is a property of the set, and an update of the set would undo it.
REFUSED = {
    Capability.RESIZE: "The size of a machine in a scale set is that of the set.",
    Capability.TAG: "The tags of a machine in a scale set are those of the set.",
}


def is_member(external_id: str) -> bool:
    """Whether it is the id of a machine in a uniform scale set."""
    return MACHINE.fullmatch(external_id.lower()) is not None


def unsupported(capability: Capability, external_id: str) -> str | None:
    """Why a machine does not take an action that its kind can do; None: it does."""
    return REFUSED.get(capability) if is_member(external_id) else None


def uniform_sets(driver: Any) -> list[str]:
    """The paths of the subscription's uniform scale sets."""
    path = f"{driver.subscription}/providers/{COMPUTE}/virtualMachineScaleSets"
    return [str(one["id"]) for one in pages(driver, path) if not _is_flexible(one)]


def members(driver: Any, scale_set: str) -> list[dict[str, Any]]:
    """The machines of a set as virtual machines are described, with their instance views."""
    found_there = pages(driver, f"{scale_set}/virtualMachines", **WITH_VIEW)
    return [as_machine(member) for member in found_there]


def member(driver: Any, external_id: str) -> dict[str, Any] | None:
    machine = found(driver.connection, external_id, **WITH_VIEW, **version_of(external_id))
    return None if machine is None else as_machine(machine)


def interfaces(driver: Any, owner: str) -> dict[str, dict[str, Any]]:
    """The network interfaces below a set, or below one of its machines, by lower-cased id."""
    return _by_id(pages(driver, f"{owner}/networkInterfaces"))


def addresses(driver: Any, scale_set: str) -> dict[str, dict[str, Any]]:
    """The public addresses below a set, by lower-cased id."""
    return _by_id(pages(driver, f"{scale_set}/publicIPAddresses"))


def as_machine(member: Mapping[str, Any]) -> dict[str, Any]:
    """With its size where a virtual machine has it."""
    properties = dict(member.get("properties") or {})
    profile = dict(properties.get("hardwareProfile") or {})
    profile.setdefault("vmSize", (member.get("sku") or {}).get("name"))
    return {**member, "properties": properties | {"hardwareProfile": profile}}


def _is_flexible(scale_set: Mapping[str, Any]) -> bool:
    """Sets of the time before there were modes are uniform and name none."""
    mode = (scale_set.get("properties") or {}).get("orchestrationMode")
    return str(mode or "").lower() == FLEXIBLE


def _by_id(resources: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {str(one["id"]).lower(): one for one in resources}
