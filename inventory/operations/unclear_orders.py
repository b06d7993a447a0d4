"""Orders whose answer was lost: look for the product, and do not order it a second time.

::

    order ── no clear answer ──> look for the mark, with growing pauses ── found ──> go on with it
                                        │
                                        └─ not found in LOOK_SECONDS ──> OUTCOME_UNKNOWN

A slow cloud lists a product minutes after the call for it has timed out, so a single look proves
nothing. Where the kind declares the order as repeatable, the job orders again instead: the cloud
then answers with the product of the first order.
"""

import time

from inventory.operations.marker import MARKER_TAG
from inventory.operations.once import outcome_unknown
from inventory.operations.subjects import Subject
from jobs.registry import OperationFailed, Step, Wait

LOOK_SECONDS = 300.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


def note_order(step: Step) -> None:
    """Note, before the request is sent, that the order is open."""
    step.remember(asked_at=time.time(), order_open=True)


def note_refusal(step: Step) -> None:
    """Note that the cloud has clearly refused the order: nothing was made."""
    step.remember(order_open=False)


def is_open(step: Step) -> bool:
    """Whether the product may have been made, and its id is not known."""
    if "external_id" in step.memory:
        return False
    return bool(step.memory.get("order_open", "asked_at" in step.memory))


def note_doubt(step: Step, why: str) -> None:
    """Note since when, and why, the order's answer is missing."""
    if "unclear_at" not in step.memory:
        step.remember(unclear_at=time.time(), unclear_why=why.rstrip("."))


def look_again(step: Step, subject: Subject) -> Wait:
    """The pause before the next look. Fails the job when the product was looked for long enough."""
    elapsed = max(0.0, time.time() - step.memory["unclear_at"])
    if step.last_look or elapsed >= LOOK_SECONDS:
        raise order_unknown(step, subject)
    pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, elapsed / 2))
    message = (
        f"The answer to the order is missing: {step.memory['unclear_why']}. Looking for the "
        f"{subject.noun}; it is not ordered again."
    )
    return Wait(min(pause, LOOK_SECONDS - elapsed), message)


def order_unknown(step: Step, subject: Subject, failure: str = "") -> OperationFailed:
    """The failure of a job that cannot know whether it has made something."""
    why = step.memory.get("unclear_why", "The worker was lost while it ordered")
    latest = f" The latest look failed: {failure}" if failure else ""
    return outcome_unknown(
        f"the {subject.noun} may have been made or not. If it was, it has the tag "
        f"{MARKER_TAG}={step.job_id}. Look for it before you order again.{latest}",
        why,
    )
