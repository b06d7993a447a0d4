"""How Google reports that an accepted request has failed: ``error`` of its zone operation.

"Method: instances.insert" answers with an operation; the instance of one that failed never appears.
https://cloud.google.com/compute/docs/reference/rest/v1/zoneOperations
Every change of an instance answers with its operation, which "zoneOperations.get" reads by its name
and zone: https://cloud.google.com/compute/docs/api/how-tos/api-requests-responses
"""

from typing import Any

from inventory.providers.accepted import RequestOutcome
from inventory.providers.capability import Capability
from inventory.providers.google.pages import everywhere
from inventory.providers.identity import id_at, is_same, same_object
from inventory.providers.rest import ask, segment
from inventory.providers.table import beside
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


@beside("failure")
def find_failure(driver: Any, capability: Capability, external_id: str) -> Failure | None:
    """The failure of the instance's latest operation of the type; None if it did not fail."""
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
    return _failure_of(operations[-1]) if operations else None


@beside("outcome")
def find_outcome(driver: Any, external_id: str, operation: str) -> RequestOutcome:
    zone, _, name = operation.partition("/")
    path = f"{driver.project}/zones/{segment(zone)}/operations/{segment(name)}"
    body = same_object(ask(driver.connection, path), name, "name")
    same_object(body, external_id, "targetId")
    return RequestOutcome(body.get("status") != DONE, _failure_of(body))


def _failure_of(operation: dict[str, Any]) -> Failure | None:
    error = operation.get("error")
    errors = error.get("errors") if isinstance(error, dict) else error
    if operation.get("status") != DONE or not errors:
        return None
    # An error of another form than documented is an error.
    first = errors[0] if isinstance(errors, list) and isinstance(errors[0], dict) else {}
    word, message = str(first.get("code") or ""), str(first.get("message") or "")
    return Failure(word, message, str(operation.get("name") or ""))
