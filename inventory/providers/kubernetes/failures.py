"""How a cluster reports that a pod which it accepted does not run: its status, reason and message.

A pod that no node has room for is tried again by the scheduler; it counts as failed after a while,
which an autoscaler may need. "Pod Lifecycle", https://kubernetes.io/docs/concepts/workloads/pods.
"""

from datetime import UTC, datetime
from typing import Any

from inventory.providers.capability import Capability
from inventory.providers.exceptions import ProviderErrorCode
from inventory.providers.kubernetes.actions import pod_named
from inventory.providers.table import beside
from inventory.types import Failure

UNSCHEDULABLE = "Unschedulable"
SECONDS_FOR_SCHEDULER = 60.0
EVICTED_OR_REFUSED = "Failed"


@beside("failure")
def find_failure(driver: Any, _capability: Capability, external_id: str) -> Failure | None:
    pod = pod_named(driver, external_id.partition("/")[0])
    status = (pod or {}).get("status") or {}
    if status.get("phase") == EVICTED_OR_REFUSED and status.get("reason"):
        return Failure(str(status["reason"]), str(status.get("message") or ""))
    for one in status.get("conditions") or []:
        if one.get("reason") == UNSCHEDULABLE and one.get("status") == "False":
            return _unscheduled(one)
    return None


def _unscheduled(condition: dict[str, Any]) -> Failure | None:
    since = str(condition.get("lastTransitionTime") or "")
    if since:
        waited = datetime.now(UTC) - datetime.fromisoformat(since)
        if waited.total_seconds() < SECONDS_FOR_SCHEDULER:
            return None
    message = str(condition.get("message") or "")
    return Failure(UNSCHEDULABLE, message, code=ProviderErrorCode.QUOTA_EXCEEDED)
