"""Orders whose answer was lost: look for the product, and do not order it a second time.

::

    order ── no clear answer ──> look for the mark, with growing pauses ── found ──> go on with it
                                        │
                                        └─ not found in LOOK_SECONDS ──> OUTCOME_UNKNOWN

A slow cloud lists a product minutes after the call for it has timed out, so a single look proves
nothing. Where the order may be repeated (``Cloud.may_repeat``), the job orders again instead: the
cloud then answers with the product of the first order.
"""

import time
from collections.abc import Mapping
from typing import Any

from inventory.operations.actions import TargetType, target_type_named
from inventory.providers import Capability, Cloud
from inventory.providers.order_marker import tagged
from jobs.api import OUTCOME_UNKNOWN, Job, OperationFailed, Step, Wait

LOOK_SECONDS = 300.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


def note_order(step: Step, cloud: Cloud) -> None:
    """Note, before the request is sent, that the order is open, its settings, and the trace by
    which its product is found.
    """
    trace = cloud.kind.order_trace(step.arguments["name"], mark_of(step.memory, step.job_id))
    step.remember(
        asked_at=time.time(),
        order_open=True,
        order_settings=dict(cloud.order_settings),
        order_trace=trace,
    )


def settings_of(memory: Mapping[str, Any]) -> Mapping[str, Any]:
    """The settings of the account that an open order was sent with: it is repeated with the same.

    ``updateProvider`` may have changed them meanwhile, and a cloud that knows an order by its name
    or token knows it in one place alone: in a resource group, or in a zone.
    """
    return (memory.get("order_settings") or {}) if is_open_by(memory) else {}


def may_repeat(memory: Mapping[str, Any], cloud: Cloud, capability: Capability) -> bool:
    """True if the open order of these notes may be sent again.

    False where its settings are unknown: a job of an earlier release has not noted them.
    """
    is_noted = set(cloud.order_settings) <= set(settings_of(memory))
    return is_noted and cloud.may_repeat(capability)


def note_refusal(step: Step) -> None:
    """Note that the cloud has clearly refused the order: nothing was made."""
    step.remember(order_open=False)


def is_open(step: Step) -> bool:
    """True if the product may have been created, and its id is not known."""
    return is_open_by(step.memory)


def mark_of(memory: Mapping[str, Any], job_id: str) -> str:
    """The client token and the mark of a job's order: its own id, or that of the earlier job
    whose order it goes on with.
    """
    return str(memory.get("order_id", job_id))


def trace_of(memory: Mapping[str, Any], mark: str) -> str:
    """By what the product is found. A job of an earlier release has noted none: it has the tag."""
    return str(memory.get("order_trace") or tagged("", mark))


def doubt_about(job: Job) -> str:
    """The object that the job may have created: its name, mark and place. Empty if it is known."""
    if not is_open_by(job.memory):
        return ""
    noun = target_type_named(job.operation).noun
    return _possible_product(noun, job.arguments, job.memory, str(job.pk))


def is_in_doubt(job: Job) -> bool:
    """True if the job ended without knowing the object that it created."""
    return job.is_finished and is_open_by(job.memory)


def is_open_by(memory: Mapping[str, Any]) -> bool:
    """Like ``is_open``, from the notes of a job."""
    if "external_id" in memory:
        return False
    return bool(memory.get("order_open", "asked_at" in memory))


def _possible_product(
    noun: str, arguments: Mapping[str, Any], memory: Mapping[str, Any], job_id: str
) -> str:
    trace = trace_of(memory, mark_of(memory, job_id))
    return (
        f"The {noun} {arguments['name']} may have been made in {memory['region']} or not. If it "
        f"was, {trace}. Look for it before you order again."
    )


def note_doubt(step: Step, why: str) -> None:
    """Note since when, and why, the order's answer is missing."""
    if "unclear_at" not in step.memory:
        step.remember(unclear_at=time.time(), unclear_why=why.rstrip("."))


def look_again(step: Step, target_type: TargetType) -> Wait:
    """The pause before the next look. Fails the job when the product was looked for long enough."""
    elapsed = max(0.0, time.time() - step.memory["unclear_at"])
    if step.last_look or elapsed >= LOOK_SECONDS:
        raise order_unknown(step, target_type)
    pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, elapsed / 2))
    message = (
        f"The answer to the order is missing: {step.memory['unclear_why']}. Looking for the "
        f"{target_type.noun}; it is not ordered again."
    )
    return Wait(min(pause, LOOK_SECONDS - elapsed), message)


def order_unknown(step: Step, target_type: TargetType, failure: str = "") -> OperationFailed:
    """The failure of a job that cannot know whether it has made something."""
    why = step.memory.get("unclear_why", "The worker was lost while it ordered")
    latest = f" The latest look failed: {failure}" if failure else ""
    product = _possible_product(target_type.noun, step.arguments, step.memory, step.job_id)
    return OperationFailed(OUTCOME_UNKNOWN, f"{why}. {product}{latest}")
