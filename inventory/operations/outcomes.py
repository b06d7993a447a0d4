"""Requests that a cloud accepted and that failed afterwards, for want of capacity for example.

The cloud reports it in the outcome of its own operation, or beside the object's state. The job then
fails with the cloud's reason: to ask again would fail again.

::

    the reply named the operation ──────────────> the outcome of that very operation
        which the account may not read ─┐
    the reply named none, or was lost ──┴───────> the latest failure of such an action on the
                                                  object, if it was not there before the request

These reads are optional. One that fails neither fails the step nor keeps a request from being sent.
"""

import logging

from inventory.operations.target import Target
from inventory.providers import Capability, Cloud, ProviderError, ProviderErrorCode
from inventory.providers.accepted import OperationId
from inventory.types import Failure
from jobs.registry import OperationFailed, Step

log = logging.getLogger(__name__)

# The action of each deed whose earlier failure is noted.
ACTIONS = {
    "start": Capability.START,
    "stop": Capability.STOP,
    "reboot": Capability.REBOOT,
    "suspend": Capability.SUSPEND,
    "resume": Capability.RESUME,
    "resize": Capability.RESIZE,
    "confirm": Capability.RESIZE,
    "terminate": Capability.TERMINATE,
    "remove": Capability.REMOVE_CONTAINER,
}


def remember_operation(step: Step, deed: str, operation: OperationId | None) -> None:
    """Note the operation that the reply to ``deed`` named."""
    if operation is not None:
        step.remember(**{f"{deed}_operation": operation})


def remember_failure(step: Step, deed: str, target: Target) -> None:
    """Note the failure that is reported before ``deed`` is asked for: it is not this job's.

    If it cannot be read, None is noted, and the job reads no failure of this deed again but that of
    its own operation: what is reported later may be as old, and a cloud that does not answer would
    use up the time to act in.
    """
    note = f"{deed}_failure"
    if deed not in ACTIONS or (note in step.memory and step.memory[note] is None):
        return
    try:
        before = target.cloud.find_failure(ACTIONS[deed], target.external_id)
    except ProviderError as error:
        log.info("An earlier failure of %s could not be read: %s", target.external_id, error.code)
        step.remember(**{note: None})
        return
    step.remember(**{note: before.key if before else ""})


def fail_if_reported(step: Step, deed: str, target: Target) -> bool:
    """Fail the job if the cloud reports that ``deed``, which it had accepted, has failed.

    Returns whether the cloud reports that it is still under way.
    """
    if step.memory.get(f"{deed}_at") is None or step.interrupted:
        return False
    return fail_if_new(step, deed, target)


def fail_if_new(step: Step, deed: str, target: Target) -> bool:
    """Fail the job if ``deed`` is reported as failed: by its own operation, or else by a failure
    that was not there before. Returns whether the cloud reports that it is still under way.
    """
    operation = step.memory.get(f"{deed}_operation")
    if operation is not None:
        try:
            return _check_operation(target, operation)
        except ProviderError as error:
            log.info("The operation %s could not be read: %s", operation[:200], error.code)
            if error.code is not ProviderErrorCode.PERMISSION_DENIED:
                return False
    noted = step.memory.get(f"{deed}_failure")
    if noted is not None:
        failure = _reported(target.cloud, ACTIONS[deed], target.external_id)
        if failure is not None and failure.key != noted:
            raise failed_with(failure)
    return False


def _check_operation(target: Target, operation: str) -> bool:
    outcome = target.cloud.find_outcome(target.external_id, operation)
    if outcome.failure is not None:
        raise failed_with(outcome.failure)
    return outcome.is_under_way


def fail_with_reason(cloud: Cloud, capability: Capability, external_id: str) -> None:
    """Fail the job if the cloud reports that it could not make the object."""
    failure = _reported(cloud, capability, external_id)
    if failure is not None:
        raise failed_with(failure)


def _reported(cloud: Cloud, capability: Capability, external_id: str) -> Failure | None:
    """None: no failure is reported, or it is not known yet."""
    try:
        return cloud.find_failure(capability, external_id)
    except ProviderError as error:
        log.info("The outcome of a request to %s is not known: %s", external_id, error.code)
        return None


def failed_with(failure: Failure) -> OperationFailed:
    reason = str(failure)
    why = f"it failed: {reason}" if reason else "it failed; the cloud gives no reason."
    return OperationFailed(failure.code, f"The cloud accepted it, and {why}")
