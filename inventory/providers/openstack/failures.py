"""How nova reports that an accepted request has failed: the server's ``fault``.

A server in ERROR has one: "Show Server Details", https://docs.openstack.org/api-ref/compute.
"""

from typing import Any

from inventory.providers.kind import Capability
from inventory.providers.openstack.actions import SERVERS
from inventory.providers.rest import found_by_id
from inventory.types import Failure


def find_failure(driver: Any, _capability: Capability, external_id: str) -> Failure | None:
    server = found_by_id(driver.compute, SERVERS, external_id, "server") or {}
    fault = server.get("fault") or {}
    if server.get("status") != "ERROR" or not fault:
        return None
    return Failure("", str(fault.get("message") or ""), str(fault.get("created") or ""))
