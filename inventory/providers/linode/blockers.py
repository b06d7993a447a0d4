"""What a read of a Linode shows that the API refuses: its resource locks.

``cannot_delete`` and ``cannot_delete_with_subresources`` keep it from being deleted:
https://techdocs.akamai.com/linode-api/reference/create-a-resource-lock-for-a-linode.
"""

from typing import Any

from inventory.providers.capability import Capability
from inventory.providers.linode.actions import INSTANCES
from inventory.providers.reading import Reading
from inventory.providers.refusals import blocked
from inventory.providers.rest import found_by_id
from inventory.providers.table import beside
from inventory.types import Verdict

AGAINST_DELETION = {"cannot_delete", "cannot_delete_with_subresources"}


@beside("blocker")
def find_blocker(driver: Any, capability: Capability, external_id: str) -> Verdict | None:
    if capability is not Capability.TERMINATE:
        return None
    linode = Reading(found_by_id(driver.connection, INSTANCES, external_id))
    locks = sorted(AGAINST_DELETION.intersection(linode.texts("locks")))
    if locks:
        return blocked(f"The Linode has the resource lock {locks[0]}; remove it first.")
    return None
