"""What the API shows of a droplet's actions: failures, and the lock of one that is in progress.

The reply to each request but those for a deletion and for tags names its action, by its id. See
"Droplet Actions" in docs.digitalocean.com/reference/api and docs.digitalocean.com/reference/pydo.
"""

from typing import Any

from inventory.providers.accepted import RequestOutcome
from inventory.providers.capability import Capability as Can
from inventory.providers.identity import same_object
from inventory.providers.libcloud.reports import Reports
from inventory.providers.reading import Reading
from inventory.providers.refusals import blocked
from inventory.providers.rest import asked_by_id, found, found_by_id, segment
from inventory.providers.table import beside
from inventory.types import Verdict


def _path(driver: Any, external_id: str) -> str:
    return f"{driver.machines}/{segment(external_id)}/actions"


def _actions(driver: Any, external_id: str) -> Any:
    return (found(driver.connection, _path(driver, external_id)) or {}).get("actions")


ACTIONS = Reports(
    _actions,
    "type",
    {
        Can.START: ("power_on",),
        Can.STOP: ("shutdown", "power_off"),
        Can.REBOOT: ("reboot", "power_cycle"),
        Can.RESIZE: ("resize",),
        Can.TERMINATE: ("destroy",),
        Can.PROVISION: ("create",),
    },
    ("resource_id",),
    "errored",
    "DigitalOcean's action {} ended with an error.",  # it gives no reason
)


@beside("outcome")
def find_outcome(driver: Any, external_id: str, operation: str) -> RequestOutcome:
    action = asked_by_id(driver.connection, _path(driver, external_id), operation, "action")
    same_object(action, external_id, "resource_id")
    return RequestOutcome(action.get("status") == "in-progress", ACTIONS.failure_of(action))


@beside("blocker")
def find_blocker(driver: Any, capability: Can, external_id: str) -> Verdict | None:
    """Of a locked Droplet: "attempts to create a Droplet action will fail with a status of 422"."""
    if capability is Can.TAG:  # it changes the tag, not the Droplet
        return None
    droplet = found_by_id(driver.connection, driver.machines, external_id, driver.machine)
    if Reading(droplet).flag("locked"):
        return blocked("The Droplet is locked: an action is in progress.", temporary=True)
    return None
