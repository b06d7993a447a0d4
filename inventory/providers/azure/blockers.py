"""Reads that show why Azure refuses an action: management locks, and a generalized system.

A lock on the subscription, the resource group or the machine is a lock on the machine. Locks are
read as one list for the subscription, which the roles Reader and Virtual Machine Contributor allow.
A read-only lock keeps a machine from being started or restarted too, "These operations require a
POST method request": https://learn.microsoft.com/azure/azure-resource-manager/management/
lock-resources. A generalized machine "can't be restarted":
https://learn.microsoft.com/azure/virtual-machines/generalize.
"""

from typing import Any

from inventory.providers.azure.actions import is_own
from inventory.providers.azure.requests import AUTHORIZATION, pages, version_of
from inventory.providers.capability import Capability
from inventory.providers.identity import same_object
from inventory.providers.reading import Reading
from inventory.providers.refusals import blocked
from inventory.providers.rest import found
from inventory.providers.table import beside
from inventory.providers.tags import ignoring_case
from inventory.types import Verdict

READ_ONLY, CAN_NOT_DELETE = "readonly", "cannotdelete"
GENERALIZED = "osstate/generalized"
STARTING = {Capability.START, Capability.REBOOT}


@beside("blocker")
def find_blocker(driver: Any, capability: Capability, external_id: str) -> Verdict | None:
    if not is_own(driver, external_id):
        return None
    if capability in STARTING and _is_generalized(driver, external_id):
        return blocked("The machine is generalized; it cannot be started again.")
    return _lock(driver, capability, external_id)


def _is_generalized(driver: Any, external_id: str) -> bool:
    expanded = {"$expand": "instanceView"} | version_of(external_id)
    answer = found(driver.connection, external_id, **expanded)
    machine = Reading(same_object(answer, external_id, "id", key=ignoring_case))
    statuses = machine.part("properties", "instanceView").parts("statuses")
    return any((one.text("code") or "").lower() == GENERALIZED for one in statuses)


def _lock(driver: Any, capability: Capability, external_id: str) -> Verdict | None:
    path = f"{driver.subscription}/providers/{AUTHORIZATION}/locks"
    for lock in map(Reading, pages(driver, path)):
        level = (lock.text("properties", "level") or "").lower()
        deletes = capability is Capability.TERMINATE
        if level != READ_ONLY and not (deletes and level == CAN_NOT_DELETE):
            continue
        if _covers(lock, external_id, below=deletes):
            word = lock.text("properties", "level")
            return blocked(f"The lock {lock.text('name') or ''!r} ({word}) is on the machine.")
    return None


def _covers(lock: Reading, external_id: str, *, below: bool) -> bool:
    """``below``: a lock on a part of the machine counts too."""
    low, machine = (lock.text("id") or "").lower(), external_id.lower()
    scope = low.partition(f"/providers/{AUTHORIZATION}/locks/".lower())[0]
    is_above = f"{machine}/".startswith(f"{scope}/")
    return bool(scope) and (is_above or (below and scope.startswith(f"{machine}/")))
