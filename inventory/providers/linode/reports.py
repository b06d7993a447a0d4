"""What the API shows of requests: events of the account, and a Linode's resource locks.

"List events", https://techdocs.akamai.com/linode-api/reference/get-events. It takes the scope
``events:read_only``; without it no failure is reported.
"""

import json
from typing import Any

from inventory.providers.capability import Capability as Can
from inventory.providers.libcloud.reports import Reports
from inventory.providers.reading import Reading
from inventory.providers.refusals import blocked
from inventory.providers.rest import found_by_id
from inventory.providers.table import beside
from inventory.types import Verdict

# https://techdocs.akamai.com/linode-api/reference/create-a-resource-lock-for-a-linode
AGAINST_DELETION = {"cannot_delete", "cannot_delete_with_subresources"}


def _events(driver: Any, external_id: str) -> Any:
    wanted = {"entity.id": int(external_id), "entity.type": "linode"}
    headers = {"X-Filter": json.dumps(wanted | {"+order_by": "created", "+order": "desc"})}
    body = driver.connection.request("/v4/account/events", headers=headers).object
    return body.get("data") if isinstance(body, dict) else None


EVENTS = Reports(
    _events,
    "action",
    {
        Can.START: ("linode_boot",),
        Can.STOP: ("linode_shutdown",),
        Can.REBOOT: ("linode_reboot",),
        Can.RESIZE: ("linode_resize",),
        Can.TERMINATE: ("linode_delete",),
        Can.PROVISION: ("linode_create", "linode_boot"),
    },
    ("entity", "id"),
    "failed",
    "{} failed.",
)


@beside("blocker")
def find_blocker(driver: Any, capability: Can, external_id: str) -> Verdict | None:
    if capability is not Can.TERMINATE:
        return None
    linode = Reading(found_by_id(driver.connection, driver.machines, external_id))
    locks = sorted(AGAINST_DELETION.intersection(linode.texts("locks")))
    if locks:
        return blocked(f"The Linode has the resource lock {locks[0]}; remove it first.")
    return None
