"""Requests that a cloud accepted and that failed afterwards, for want of capacity for example.

The cloud reports it in the outcome of its own operation, or beside the object's state. The job then
fails with the cloud's reason: to ask again would fail again.
"""

import time

from inventory.operations.target import Target
from inventory.providers import Cloud
from inventory.types import Failure
from jobs.registry import OperationFailed, Step

# A failure that was there before the request is the request's own if it is still there by then.
SETTLED_SECONDS = 60.0


def remember_failure(step: Step, deed: str, target: Target) -> None:
    """Note the failure that is reported before ``deed`` is asked for: it is not this job's."""
    before = target.cloud.find_failure(target.external_id)
    step.remember(**{f"{deed}_failure": before.key if before else ""})


def fail_if_reported(step: Step, deed: str, target: Target) -> None:
    """Fail the job if the cloud reports that ``deed``, which it had accepted, has failed."""
    asked_at = step.memory.get(f"{deed}_at")
    if asked_at is None or step.interrupted:
        return
    failure = target.cloud.find_failure(target.external_id)
    is_settled = time.time() - asked_at > SETTLED_SECONDS
    if failure and (is_settled or failure.key != step.memory.get(f"{deed}_failure")):
        raise failed_with(failure)


def fail_with_reason(cloud: Cloud, external_id: str) -> None:
    """Fail the job if the cloud reports that the latest request about the object has failed."""
    failure = cloud.find_failure(external_id)
    if failure:
        raise failed_with(failure)


def failed_with(failure: Failure) -> OperationFailed:
    return OperationFailed(failure.code, f"The cloud accepted it, and it failed: {failure}")
