"""How DigitalOcean reports that an accepted request has failed: the status of the droplet's action.

"List Actions for a Droplet" and "Retrieve a Droplet Action", https://docs.digitalocean.com/
reference/api/reference/droplet-actions. The reply to each request but those for a deletion and for
tags names its action.
"""

from typing import Any

from inventory.providers.accepted import RequestOutcome
from inventory.providers.capability import Capability
from inventory.providers.digitalocean.actions import actions_of
from inventory.providers.identity import id_at, is_same, same_object
from inventory.providers.rest import asked_by_id, found
from inventory.providers.table import beside
from inventory.types import Failure

ERRORED = "errored"
UNDER_WAY = "in-progress"
# "type" of an action: "Droplet Actions" in the reference.
TYPES = {
    Capability.START: ("power_on",),
    Capability.STOP: ("shutdown", "power_off"),
    Capability.REBOOT: ("reboot", "power_cycle"),
    Capability.RESIZE: ("resize",),
    Capability.TERMINATE: ("destroy",),
    Capability.PROVISION: ("create",),
}


@beside("failure")
def find_failure(driver: Any, capability: Capability, external_id: str) -> Failure | None:
    """Of the latest action of the type; it comes first. DigitalOcean gives no reason."""
    if not external_id.isdecimal():
        return None
    body = found(driver.connection, actions_of(external_id)) or {}
    types = TYPES.get(capability, ())
    own = (
        one
        for one in body.get("actions") or []
        if one.get("type") in types and is_same(id_at(one, "resource_id"), external_id)
    )
    latest: dict[str, Any] = next(own, {})
    return _failure_of(latest)


@beside("outcome")
def find_outcome(driver: Any, external_id: str, operation: str) -> RequestOutcome:
    action = asked_by_id(driver.connection, actions_of(external_id), operation, "action")
    same_object(action, external_id, "resource_id")
    return RequestOutcome(action.get("status") == UNDER_WAY, _failure_of(action))


def _failure_of(action: dict[str, Any]) -> Failure | None:
    if action.get("status") != ERRORED:
        return None
    message = f"DigitalOcean's action {action.get('type')} ended with an error."
    return Failure(ERRORED, message, str(action.get("id") or ""))
