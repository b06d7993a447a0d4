"""How Linode reports that an accepted request has failed: an event of the account.

"List events", https://techdocs.akamai.com/linode-api/reference/get-events. It takes the scope
``events:read_only``; without it no failure is reported.
"""

import json
from typing import Any

from inventory.providers.capability import Capability
from inventory.providers.identity import id_at, is_same
from inventory.providers.table import beside
from inventory.types import Failure

FAILED = "failed"
# "action" of an event, as the reference lists them.
ACTIONS = {
    Capability.START: ("linode_boot",),
    Capability.STOP: ("linode_shutdown",),
    Capability.REBOOT: ("linode_reboot",),
    Capability.RESIZE: ("linode_resize",),
    Capability.TERMINATE: ("linode_delete",),
    Capability.PROVISION: ("linode_create", "linode_boot"),
}


@beside("failure")
def find_failure(driver: Any, capability: Capability, external_id: str) -> Failure | None:
    """Of the latest event of the action on the Linode; it comes first."""
    if not external_id.isdecimal():
        return None
    wanted = {
        "entity.id": int(external_id),
        "entity.type": "linode",
        "+order_by": "created",
        "+order": "desc",
    }
    headers = {"X-Filter": json.dumps(wanted)}
    body = driver.connection.request("/v4/account/events", headers=headers).object
    events = body.get("data") if isinstance(body, dict) else None
    actions = ACTIONS.get(capability, ())
    own = (
        one
        for one in events or []
        if one.get("action") in actions and is_same(id_at(one, "entity", "id"), external_id)
    )
    latest: dict[str, Any] = next(own, {})
    if latest.get("status") != FAILED:
        return None
    message = str(latest.get("message") or f"{latest.get('action')} failed.")
    return Failure(FAILED, message, str(latest.get("id") or ""))
