"""How Google reports that an accepted request has failed: ``error`` of its zone operation.

"Method: instances.insert" answers with an operation; the instance of one that failed never appears.
https://cloud.google.com/compute/docs/reference/rest/v1/zoneOperations
"""

from typing import Any

from inventory.providers.google.pages import everywhere
from inventory.types import Failure

DONE = "DONE"


def find_failure(driver: Any, external_id: str) -> Failure | None:
    """Of the latest operation on the instance, if it has ended with an error."""
    if not (external_id.isascii() and external_id.isdecimal()):
        return None
    wanted = f"targetId = {external_id}"
    operations = sorted(
        everywhere(driver, "operations", filter=wanted),
        key=lambda one: str(one.get("insertTime") or ""),
    )
    latest = operations[-1] if operations else {}
    errors = (latest.get("error") or {}).get("errors") or []
    if latest.get("status") != DONE or not errors:
        return None
    first = errors[0]
    return Failure(
        str(first.get("code") or ""), str(first.get("message") or ""), str(latest.get("name") or "")
    )
