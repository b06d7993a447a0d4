"""Requests that a cloud accepted and that failed afterwards, for example for missing capacity.

The cloud reports it in the outcome of its own operation, or beside the object's state. The job then
fails with the cloud's reason: to ask again would fail again.

::

    the reply named the operation ──────────────> the outcome of that very operation
        which cannot be read now ───────────────> not known: look again, and ask for nothing
        which may not be read, or is not there ─┐
    the reply named none, or was lost ──────────┴> the latest failure of such an action on the
                                                  object, if it was not there before the request

The read before a request is optional: one that fails keeps no request from being sent. A read after
it that fails for now does not fail the step either. The request may be under way, or have failed.
"""

import logging

from inventory.operations.target_context import TargetContext
from inventory.providers import Capability, Cloud, ProviderError, ProviderErrorCode
from inventory.providers.accepted import OperationId
from inventory.providers.capability import CREATING, LISTINGS
from inventory.types import Failure
from jobs.api import OperationFailed, Step, Wait

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
NOT_KNOWN = "The cloud accepted the request; its outcome could not be read: {why}"
# The cloud has no such operation for this account, or not any more.
UNREADABLE = frozenset(
    {
        ProviderErrorCode.NOT_FOUND,
        ProviderErrorCode.NOT_SUPPORTED,
        ProviderErrorCode.PERMISSION_DENIED,
    }
)

# No earlier failure is noted for these: the job of an order reads it by itself, tags are seen or
# not, and the failure of a container says that it has ended, not that it was not started.
UNREPORTED = {*LISTINGS, *CREATING, Capability.TAG} | {
    Capability.START_CONTAINER,
    Capability.RESTART_CONTAINER,
}
# By the target's resource and the deed, the action whose failures are read.
REPORTED = {one.key: one for one in Capability if one not in UNREPORTED} | {
    (Capability.RESIZE.resource, "confirm"): Capability.RESIZE
}


def remember_operation(step: Step, deed: str, operation: OperationId | None) -> None:
    """Note that ``deed`` was accepted, and the operation that the reply named, if it named one."""
    step.remember(**{f"{deed}_operation": operation or ""})


def has_accepted(step: Step, deed: str) -> bool:
    """True if the cloud has accepted the latest request for ``deed``."""
    return step.memory.get(f"{deed}_operation") is not None


def remember_failure(step: Step, deed: str, target: TargetContext) -> None:
    """Note the failure that is reported before ``deed`` is asked for: it is not this job's.

    If it cannot be read, None is noted. Then the job reads only the failure of its own operation:
    a failure that is reported later may be as old, and a cloud that does not answer would use up
    the job's time.
    """
    note = f"{deed}_failure"
    action = _reported(deed, target)
    if action is None or (note in step.memory and step.memory[note] is None):
        return
    try:
        before = target.cloud.find_failure(action, target.external_id)
    except ProviderError as error:
        log.info("An earlier failure of %s could not be read: %s", target.external_id, error.code)
        step.remember(**{note: None})
        return
    step.remember(**{note: before.key if before else ""})


def fail_if_reported(step: Step, deed: str, target: TargetContext) -> Wait | None:
    """Fail the job if the cloud reports that ``deed``, which it had accepted, has failed.

    Returns the pause before the next look while it is under way, or while that is not known.
    """
    if step.memory.get(f"{deed}_at") is None:
        return None
    if step.interrupted and not has_accepted(step, deed):
        return None
    return fail_if_new(step, deed, target)


def fail_if_new(step: Step, deed: str, target: TargetContext) -> Wait | None:
    """Fail the job if ``deed`` is reported as failed: by its own operation, or else by a failure
    that was not there before. Returns the same as ``fail_if_reported``.
    """
    try:
        return _look(step, deed, target)
    except ProviderError as error:
        log.info("The outcome of %s is not known yet: %s", target.external_id, error.code)
        pause = max(POLL_SECONDS, error.retry_after or 0.0)
        return Wait(pause, NOT_KNOWN.format(why=error.message))


def _look(step: Step, deed: str, target: TargetContext) -> Wait | None:
    """Raises ProviderError if the outcome cannot be read now."""
    operation = step.memory.get(f"{deed}_operation")
    if operation:
        try:
            outcome = target.cloud.find_outcome(target.external_id, operation)
        except ProviderError as error:
            if error.code not in UNREADABLE:
                raise
            log.info("The operation %s could not be read: %s", operation[:200], error.code)
        else:
            if outcome.failure is not None:
                raise failed_with(outcome.failure)
            return Wait(POLL_SECONDS) if outcome.is_under_way else None
    _fail_if_latest_is_new(step, deed, target)
    return None


def _reported(deed: str, target: TargetContext) -> Capability | None:
    return REPORTED.get((target.target_type.resource, deed))


def _fail_if_latest_is_new(step: Step, deed: str, target: TargetContext) -> None:
    noted, action = step.memory.get(f"{deed}_failure"), _reported(deed, target)
    if noted is None or action is None:
        return
    try:
        failure = target.cloud.find_failure(action, target.external_id)
    except ProviderError as error:
        if error.retryable:
            raise
        log.info("A failure of %s could not be read: %s", target.external_id, error.code)
        return
    if failure is not None and failure.key != noted:
        raise failed_with(failure)


def fail_with_reason(cloud: Cloud, capability: Capability, external_id: str) -> None:
    """Fail the job if the cloud reports that it could not make the object.

    A report that cannot be read is none: the job looks for the object again.
    """
    try:
        failure = cloud.find_failure(capability, external_id)
    except ProviderError as error:
        log.info("The outcome of a request to %s is not known: %s", external_id, error.code)
        return
    if failure is not None:
        raise failed_with(failure)


def failed_with(failure: Failure) -> OperationFailed:
    reason = str(failure)
    why = f"it failed: {reason}" if reason else "it failed; the cloud gives no reason."
    return OperationFailed(failure.code, f"The cloud accepted it, and {why}")
