"""How DigitalOcean reports that an accepted request has failed: the status of the droplet's action.

"List Actions for a Droplet", https://docs.digitalocean.com/reference/api.
"""

from typing import Any

from inventory.providers.digitalocean.actions import DROPLETS
from inventory.providers.identity import id_at, is_same
from inventory.providers.kind import Capability
from inventory.providers.rest import found
from inventory.types import Failure

ERRORED = "errored"
# "type" of an action: "Droplet Actions" in the reference.
TYPES = {
    Capability.START: ("power_on",),
    Capability.STOP: ("shutdown", "power_off"),
    Capability.REBOOT: ("reboot", "power_cycle"),
    Capability.RESIZE: ("resize",),
    Capability.TERMINATE: ("destroy",),
    Capability.PROVISION: ("create",),
}


def find_failure(driver: Any, capability: Capability, external_id: str) -> Failure | None:
    """Of the latest action of the type; it comes first. DigitalOcean gives no reason."""
    if not external_id.isdecimal():
        return None
    body = found(driver.connection, f"{DROPLETS}/{external_id}/actions") or {}
    types = TYPES.get(capability, ())
    own = (
        one
        for one in body.get("actions") or []
        if one.get("type") in types and is_same(id_at(one, "resource_id"), external_id)
    )
    latest: dict[str, Any] = next(own, {})
    if latest.get("status") != ERRORED:
        return None
    message = f"DigitalOcean's action {latest.get('type')} ended with an error."
    return Failure(ERRORED, message, str(latest.get("id") or ""))
