"""Requests that a cloud accepted and that failed afterwards, for want of capacity for example.

The cloud reports it in the outcome of its own operation, or beside the object's state. The job then
fails with the cloud's reason: to ask again would fail again.
"""

import logging
import time

from inventory.operations.target import Target
from inventory.providers import Cloud, ProviderError
from inventory.types import Failure
from jobs.registry import OperationFailed, Step

log = logging.getLogger(__name__)

# A failure that was there before the request is the request's own if it is still there by then.
SETTLED_SECONDS = 60.0


def remember_failure(step: Step, deed: str, target: Target) -> None:
    """Note the failure that is reported before ``deed`` is asked for: it is not this job's."""
    before = _reported(target.cloud, target.external_id)
    step.remember(**{f"{deed}_failure": before.key if before else ""})


def fail_if_reported(step: Step, deed: str, target: Target) -> None:
    """Fail the job if the cloud reports that ``deed``, which it had accepted, has failed."""
    asked_at = step.memory.get(f"{deed}_at")
    if asked_at is None or step.interrupted:
        return
    failure = _reported(target.cloud, target.external_id)
    is_settled = time.time() - asked_at > SETTLED_SECONDS
    if failure and (is_settled or failure.key != step.memory.get(f"{deed}_failure")):
        raise failed_with(failure)


def fail_with_reason(cloud: Cloud, external_id: str) -> None:
    """Fail the job if the cloud reports that the latest request about the object has failed."""
    failure = _reported(cloud, external_id)
    if failure:
        raise failed_with(failure)


def _reported(cloud: Cloud, external_id: str) -> Failure | None:
    """None too if the report cannot be read: it must not keep an action from being asked for."""
    try:
        return cloud.find_failure(external_id)
    except ProviderError as error:
        log.info("How requests about %s ended could not be read: %s", external_id, error.code)
        return None


def failed_with(failure: Failure) -> OperationFailed:
    return OperationFailed(failure.code, f"The cloud accepted it, and it failed: {failure}")
