"""How Linode reports that an accepted request has failed: an event of the account.

"List events", https://techdocs.akamai.com/linode-api/reference/get-events. It takes the scope
``events:read_only``; without it no failure is reported.
"""

import json
from typing import Any

from inventory.types import Failure

FAILED = "failed"


def find_failure(driver: Any, external_id: str) -> Failure | None:
    """Of the latest event of the Linode, which comes first."""
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
    latest: dict[str, Any] = next(iter(events or []), {})
    if latest.get("status") != FAILED:
        return None
    message = str(latest.get("message") or f"{latest.get('action')} failed.")
    return Failure(FAILED, message, str(latest.get("id") or ""))
