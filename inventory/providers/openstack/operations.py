"""Nova's records of accepted requests: a server's actions, by the id of the request.

The id of each request is in the header of its reply: "Faults" in the Compute API guide,
docs.openstack.org/api-guide/compute/faults.html. "Show Server Action Details",
docs.openstack.org/api-ref/compute. An action whose step has failed has the message "Error": nova's
db/main/api.py, ``action_event_finish``. Nova goes on after the failure of a step where it tries
another host, so the record is read only while the server shows no change.
"""

import re
from collections.abc import Mapping
from typing import Any

from inventory.providers.accepted import OperationId, RequestOutcome, operation_id
from inventory.providers.identity import same_object
from inventory.providers.rest import ask, found_by_id, part, segment
from inventory.providers.table import beside
from inventory.types import Failure

SERVERS = "/servers"
HEADERS = ("x-openstack-request-id", "x-compute-request-id")
REQUEST = re.compile(r"req-[0-9a-fA-F-]{32,36}")
FAILED = "error"


def operation_of(headers: Mapping[str, str]) -> OperationId | None:
    named = next(filter(None, (headers.get(header) for header in HEADERS)), "")
    return operation_id(named) if REQUEST.fullmatch(named) else None


@beside("outcome")
def find_outcome(driver: Any, external_id: str, operation: str) -> RequestOutcome:
    """Nova records that an action has failed, not that it is under way."""
    path = f"{SERVERS}/{segment(external_id)}/os-instance-actions/{segment(operation)}"
    action = part(ask(driver.compute, path), "instanceAction", dict)
    same_object(action, operation, "request_id")
    if str(action.get("message") or "").lower() != FAILED:
        return RequestOutcome(is_under_way=False)
    return RequestOutcome(False, fault_of(driver, external_id) or _unexplained(action))


def fault_of(driver: Any, external_id: str) -> Failure | None:
    """The fault of a server in ERROR: "Show Server Details" in the same reference."""
    server = found_by_id(driver.compute, SERVERS, external_id, "server") or {}
    fault = server.get("fault") or {}
    if server.get("status") != "ERROR" or not fault:
        return None
    return Failure("", str(fault.get("message") or ""), str(fault.get("created") or ""))


def _unexplained(action: dict[str, Any]) -> Failure:
    message = f"Nova's action {action.get('action')} ended with an error."
    return Failure("", message, str(action.get("request_id") or ""))
