"""Asking a cloud for a deed that it does in its own time, and that may be asked for twice."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from inventory.operations.at_most_once import is_unclear_answer
from inventory.operations.outcomes import (
    POLL_SECONDS,
    fail_if_reported,
    has_accepted,
    remember_failure,
    remember_operation,
)
from inventory.operations.target_context import TargetContext
from inventory.providers import ProviderError
from inventory.providers.accepted import OperationId
from jobs.api import Step, Wait

BY_EARLIER_JOB = "An earlier job had asked for it; this job did nothing."
FIRST_LOOK_SECONDS = 0.5  # some clouds are done at once
# A request that shows no effect for this long was lost, or ignored: it is made again.
ASK_AGAIN_SECONDS = 60.0


def ask_cloud(
    step: Step,
    deed: str,
    act: Callable[[], OperationId | None],
    *,
    report: str,
    pending: str | None = None,
    target: TargetContext | None = None,
    before: Callable[[], None] | None = None,
) -> Wait:
    """Do ``act``, noted as ``deed`` before it is done; how long to wait for its effect.

    ``pending``: the message as long as there is none. ``target``: fail the job if the cloud
    reports that the accepted request has failed there; ``act`` returns the id of the operation that
    the reply named. ``before``: is called before the cloud
    is asked; it raises OperationFailed if the cloud would refuse.

    It is done again when the cloud refused it, when it showed no effect for long and is known not
    to be under way, when the answer was unclear, and when the worker that was about to ask is gone.
    A worker that is lost after the cloud has accepted it changes nothing. Each time the step has
    looked before and has seen no effect. After an unclear answer the deed still counts as asked
    for: see ``was_asked``.
    """
    wait = fail_if_reported(step, deed, target) if target is not None else None
    if wait is not None:
        return replace(wait, message=wait.message or pending)
    note = f"{deed}_at"
    asked_at = step.memory.get(note)
    is_recent = asked_at is not None and time.time() - asked_at < ASK_AGAIN_SECONDS
    may_be_unsent = step.interrupted and not has_accepted(step, deed)
    if is_recent and not may_be_unsent:
        return Wait(POLL_SECONDS, pending)
    if before is not None:
        before()
    if target is not None:
        remember_failure(step, deed, target)
    step.about_to_act()
    step.remember(**{note: time.time(), f"{deed}_operation": None})
    try:
        operation = act()
    except ProviderError as error:
        step.remember(**{note: None})
        if is_unclear_answer(error):
            step.remember(**{f"{deed}_unclear": True})
            step.note_unclear(error.message)
        raise
    remember_operation(step, deed, operation)
    step.report(report)
    return Wait(FIRST_LOOK_SECONDS)


def was_asked(step: Step, deed: str) -> bool:
    """True if this job asked for the deed: the cloud accepted it, or may have."""
    return was_asked_in(step.memory, deed)


def was_asked_earlier(step: Step, deed: str) -> bool:
    """True if a job that this one tries again, or another retry of it, asked for the deed."""
    return any(was_asked_in(earlier.memory, deed) for earlier in step.earlier_jobs())


def was_asked_in(memory: Mapping[str, Any], deed: str) -> bool:
    """Like ``was_asked``, from the notes of a job."""
    return memory.get(f"{deed}_at") is not None or bool(memory.get(f"{deed}_unclear"))


def forget_request(deed: str) -> dict[str, None]:
    """Notes after which the deed counts as not asked for: its effect was undone since."""
    return {f"{deed}_at": None, f"{deed}_unclear": None, f"{deed}_operation": None}
