"""How DigitalOcean reports that an accepted request has failed: the status of the droplet's action.

"List Actions for a Droplet", https://docs.digitalocean.com/reference/api.
"""

from typing import Any

from inventory.providers.rest import found_by_id
from inventory.types import Failure

ERRORED = "errored"


def find_failure(driver: Any, external_id: str) -> Failure | None:
    """The latest action comes first. DigitalOcean gives no reason."""
    if not external_id.isdecimal():
        return None
    body = found_by_id(driver.connection, f"/v2/droplets/{external_id}", "actions") or {}
    latest: dict[str, Any] = next(iter(body.get("actions") or []), {})
    if latest.get("status") != ERRORED:
        return None
    message = f"DigitalOcean's action {latest.get('type')} ended with an error."
    return Failure(ERRORED, message, str(latest.get("id") or ""))
