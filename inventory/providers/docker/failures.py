"""How an engine reports that a container could not run: ``State.Error`` of its description.

"Inspect a container", https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Container.
"""

from typing import Any

from inventory.providers.capability import Capability
from inventory.providers.identity import same_object
from inventory.providers.rest import found, segment
from inventory.providers.table import beside
from inventory.types import Failure


@beside("failure")
def find_failure(driver: Any, _capability: Capability, external_id: str) -> Failure | None:
    body = found(driver.connection, f"/containers/{segment(external_id)}/json") or {}
    same_object(body, external_id, "Id")
    state = body.get("State") or {}
    if error := state.get("Error"):
        return Failure("", str(error), str(state.get("FinishedAt") or ""))
    return None
