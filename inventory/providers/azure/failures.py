"""How Azure reports that an accepted request has failed: a status of the machine's instance view.

``ProvisioningState/failed/AllocationFailed`` with a message: "Virtual Machines - Instance View",
https://learn.microsoft.com/rest/api/compute/virtual-machines/instance-view.
"""

from typing import Any

from inventory.providers.azure.actions import is_own
from inventory.providers.azure.parse import FAILED
from inventory.providers.azure.requests import version_of
from inventory.providers.capability import Capability
from inventory.providers.identity import same_object
from inventory.providers.rest import found
from inventory.providers.table import beside
from inventory.providers.tags import ignoring_case
from inventory.types import Failure


@beside("failure")
def find_failure(driver: Any, _capability: Capability, external_id: str) -> Failure | None:
    if not is_own(driver, external_id):
        return None
    expanded = {"$expand": "instanceView"} | version_of(external_id)
    machine = found(driver.connection, external_id, **expanded) or {}
    same_object(machine, external_id, "id", key=ignoring_case)
    view = (machine.get("properties") or {}).get("instanceView") or {}
    for status in view.get("statuses") or []:
        code = str(status.get("code") or "")
        if code.lower().startswith(FAILED):
            message = str(status.get("message") or status.get("displayStatus") or "")
            return Failure(code.rpartition("/")[2], message, str(status.get("time") or ""))
    return None
