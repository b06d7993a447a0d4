"""Reads that show why nova refuses an action: a server's lock, its status and its task.

The rules are the decorators ``check_instance_lock`` and ``check_instance_state`` in nova's
compute/api.py, https://opendev.org/openstack/nova/src/branch/master/nova/compute/api.py. A server
shows the lock from microversion 2.9 on: "REST API Version History",
https://docs.openstack.org/nova/latest/reference/api-microversion-history.html.
"""

from typing import Any

from inventory.providers.capability import Capability
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.openstack.actions import STARTS
from inventory.providers.openstack.operations import SERVERS
from inventory.providers.reading import Reading
from inventory.providers.refusals import blocked
from inventory.providers.rest import found_by_id
from inventory.providers.table import beside
from inventory.types import Verdict

ALLOWED = {
    Capability.START: {"SHUTOFF", *STARTS},
    Capability.RESUME: {"SHUTOFF", *STARTS},
    Capability.STOP: {"ACTIVE", "ERROR"},
    Capability.REBOOT: {"ACTIVE"},  # vm_states.ALLOW_SOFT_REBOOT
    Capability.SUSPEND: {"ACTIVE"},
    Capability.RESIZE: {"ACTIVE", "SHUTOFF"},
    Capability.TAG: {"ACTIVE", "PAUSED", "SUSPENDED", "SHUTOFF"},
}
# A server in one of these leaves it only when somebody asks for it.
LASTING = {
    "ERROR",
    "RESCUE",
    "VERIFY_RESIZE",
    "SOFT_DELETED",
    "DELETED",
    "PAUSED",
    "SUSPENDED",
    "SHELVED",
    "SHELVED_OFFLOADED",
}
NEW_SIZE = "VERIFY_RESIZE"
LAUNCHED = "OS-SRV-USG:launched_at"
ADMINISTRATOR = "admin"  # nova's policy ``context_is_admin``


@beside("blocker")
def find_blocker(driver: Any, capability: Capability, external_id: str) -> Verdict | None:
    server = Reading(_server(driver, external_id))
    status = server.text("status") or ""
    if server.flag("locked") and ADMINISTRATOR not in driver.roles:
        return blocked("The server is locked; unlock it first.")
    if capability not in ALLOWED or not status:
        return None  # a server is deleted from any status; one without a status is gone or odd
    return _by_status(server, capability, status)


def _by_status(server: Reading, capability: Capability, status: str) -> Verdict | None:
    if status not in ALLOWED[capability]:
        end = " The new size has to be confirmed or reverted first." if status == NEW_SIZE else ""
        message = f"The server is in the status {status}; nova refuses this then.{end}"
        return blocked(message, temporary=status not in LASTING)
    if capability is not Capability.TAG and (task := server.text("OS-EXT-STS:task_state")):
        return blocked(f"The server has a task in progress: {task}.", temporary=True)
    if server.has(LAUNCHED) and server.text(LAUNCHED) is None:
        return blocked("The server was never launched; nova refuses this then.")
    return None


def _server(driver: Any, external_id: str) -> Any:
    """The server; from a nova before 2.9, without the lock."""
    try:
        return found_by_id(driver.compute_with_locks, SERVERS, external_id, "server")
    except ProviderError as error:
        if error.code is not ProviderErrorCode.NOT_SUPPORTED:
            raise
    return found_by_id(driver.compute, SERVERS, external_id, "server")
