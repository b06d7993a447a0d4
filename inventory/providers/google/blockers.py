"""Reads that show why Compute Engine refuses an action: the deletion protection of an instance.

https://cloud.google.com/compute/docs/instances/preventing-accidental-vm-deletion
"""

from typing import Any

from inventory.providers.capability import Capability
from inventory.providers.google.actions import instance_of
from inventory.providers.reading import Reading
from inventory.providers.refusals import blocked
from inventory.providers.table import beside
from inventory.types import Verdict


@beside("blocker")
def find_blocker(driver: Any, capability: Capability, external_id: str) -> Verdict | None:
    if capability is not Capability.TERMINATE:
        return None
    if Reading(instance_of(driver, external_id)).flag("deletionProtection"):
        return blocked("The instance has deletion protection; remove it first.")
    return None
