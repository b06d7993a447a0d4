"""Machines of uniform scale sets, which are not in the subscription's list of virtual machines.

The nodes of AKS are such machines. Those of flexible scale sets are virtual machines like others,
and in that list: learn.microsoft.com/azure/virtual-machine-scale-sets, "Orchestration modes".
A set's machines have its size, and their network interfaces and public addresses are listed below
the set: learn.microsoft.com/rest/api/virtualnetwork, "Network Interface In VM SS".
"""

import re
from typing import Any

from inventory.providers.azure.requests import COMPUTE, pages, version_of
from inventory.providers.capability import Capability
from inventory.providers.identity import same_object
from inventory.providers.reading import Reading
from inventory.providers.rest import found
from inventory.providers.tags import ignoring_case

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
    """True if it is the id of a machine in a uniform scale set."""
    return MACHINE.fullmatch(external_id.lower()) is not None


def unsupported(capability: Capability, external_id: str) -> str | None:
    """Why a machine does not take an action that its kind can do; None: it does."""
    return REFUSED.get(capability) if is_member(external_id) else None


def uniform_sets(driver: Any) -> tuple[list[str], list[str]]:
    """The paths of the subscription's uniform scale sets, and the problems of those without one."""
    path = f"{driver.subscription}/providers/{COMPUTE}/virtualMachineScaleSets"
    paths, problems = [], []
    for found_set in map(Reading, pages(driver, path)):
        if _is_flexible(found_set):
            continue
        if external_id := found_set.text("id", required=True):
            paths.append(external_id)
        else:
            problems.append(f"The machines of a scale set are not known. {found_set.problem}")
    return paths, problems


def members(driver: Any, scale_set: str) -> list[Any]:
    """The machines of a set as virtual machines are described, with their instance views."""
    found_there = pages(driver, f"{scale_set}/virtualMachines", **WITH_VIEW)
    return [as_machine(member) for member in found_there]


def member(driver: Any, external_id: str) -> Any:
    machine = found(driver.connection, external_id, **WITH_VIEW, **version_of(external_id))
    same_object(machine, external_id, "id", key=ignoring_case)
    return None if machine is None else as_machine(machine)


def interfaces(driver: Any, owner: str) -> list[Any]:
    """The network interfaces below a set, or below one of its machines."""
    return list(pages(driver, f"{owner}/networkInterfaces"))


def addresses(driver: Any, scale_set: str) -> list[Any]:
    """The public addresses below a set."""
    return list(pages(driver, f"{scale_set}/publicIPAddresses"))


def as_machine(member: Any) -> Any:
    """The machine, with its size where a virtual machine has it."""
    size = Reading(member).text("sku", "name")
    profile = Reading(member).part("properties", "hardwareProfile")
    if size is None or not isinstance(member.get("properties"), dict) or profile.has("vmSize"):
        return member
    properties = member["properties"]
    known = dict(profile.entries()) | {"vmSize": size}
    return {**member, "properties": properties | {"hardwareProfile": known}}


def _is_flexible(scale_set: Reading) -> bool:
    """Sets of the time before there were modes are uniform and name none."""
    return (scale_set.text("properties", "orchestrationMode") or "").lower() == FLEXIBLE
