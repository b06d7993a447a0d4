"""What a read of a Droplet shows that the API refuses: the lock of an action that is in progress.

"The locked attribute of the Droplet will be true and attempts to create a Droplet action will fail
with a status of 422": https://docs.digitalocean.com/reference/pydo/reference/droplet_actions/.
"""

from typing import Any

from inventory.providers.capability import Capability
from inventory.providers.digitalocean.actions import DROPLETS
from inventory.providers.reading import Reading
from inventory.providers.refusals import blocked
from inventory.providers.rest import found_by_id
from inventory.providers.table import beside
from inventory.types import Verdict

NO_ACTIONS = {Capability.TAG}  # it changes the tag, not the Droplet


@beside("blocker")
def find_blocker(driver: Any, capability: Capability, external_id: str) -> Verdict | None:
    if capability in NO_ACTIONS:
        return None
    droplet = Reading(found_by_id(driver.connection, DROPLETS, external_id, "droplet"))
    if droplet.flag("locked"):
        return blocked("The Droplet is locked: an action is in progress.", temporary=True)
    return None
