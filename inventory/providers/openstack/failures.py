"""How nova reports that an accepted request has failed: the server's ``fault``."""

from typing import Any

from inventory.providers.capability import Capability
from inventory.providers.openstack.operations import fault_of
from inventory.providers.table import beside
from inventory.types import Failure


@beside("failure")
def find_failure(driver: Any, _capability: Capability, external_id: str) -> Failure | None:
    return fault_of(driver, external_id)
