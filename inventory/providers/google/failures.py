"""How Google reports that an accepted request has failed: ``error`` of its zone operation.

"Method: instances.insert" answers with an operation; the instance of one that failed never appears.
https://cloud.google.com/compute/docs/reference/rest/v1/zoneOperations
"""

from typing import Any

from inventory.providers.google.pages import everywhere
from inventory.providers.identity import id_at, is_same
from inventory.providers.kind import Capability
from inventory.types import Failure

DONE = "DONE"
# "operationType" of an operation. A suspended instance is started by "resume".
TYPES = {
    Capability.START: ("start", "resume"),
    Capability.STOP: ("stop",),
    Capability.REBOOT: ("reset",),
    Capability.SUSPEND: ("suspend",),
    Capability.RESUME: ("resume",),
    Capability.RESIZE: ("setMachineType",),
    Capability.TERMINATE: ("delete",),
    Capability.PROVISION: ("insert",),
}


def find_failure(driver: Any, capability: Capability, external_id: str) -> Failure | None:
    """Of the latest operation of the type on the instance, if it has ended with an error."""
    if not (external_id.isascii() and external_id.isdecimal()):
        return None
    wanted = f"targetId = {external_id}"
    types = TYPES.get(capability, ())
    found = everywhere(driver, "operations", filter=wanted)
    operations = sorted(
        (
            one
            for one in found
            if one.get("operationType") in types and is_same(id_at(one, "targetId"), external_id)
        ),
        key=lambda one: str(one.get("insertTime") or ""),
    )
    latest = operations[-1] if operations else {}
    errors = (latest.get("error") or {}).get("errors") or []
    if latest.get("status") != DONE or not errors:
        return None
    first = errors[0]
    return Failure(
        str(first.get("code") or ""), str(first.get("message") or ""), str(latest.get("name") or "")
    )
