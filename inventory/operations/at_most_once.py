"""Requests whose effect cannot be observed: sent at most once.

The step notes that it is about to send the request, and then whether the cloud accepted or refused
it. If a later step finds the first note alone, or the answer was unclear, the job fails with
OUTCOME_UNKNOWN.
"""

import time
from collections.abc import Callable

from inventory.providers import ProviderError, ProviderErrorCode
from jobs.api import OUTCOME_UNKNOWN, OperationFailed, Step

WORKER_LOST = "The worker was lost while it asked"
# How long the effect of a request may take to show after its answer was lost.
LOOK_SECONDS = 30.0
# Where the transport does not know whether the request was carried out, these leave it open.
UNCLEAR = frozenset(
    {ProviderErrorCode.TIMEOUT, ProviderErrorCode.UNREACHABLE, ProviderErrorCode.PROVIDER_ERROR}
)


def is_unclear_answer(error: ProviderError) -> bool:
    """True if the cloud may have carried out the request although it failed."""
    if error.may_have_acted is not None:
        return error.may_have_acted
    return error.code in UNCLEAR


def was_accepted(step: Step) -> bool:
    return "accepted" in step.memory


def is_unclear(step: Step) -> bool:
    """True if an earlier step was about to send a request whose outcome is not known."""
    return bool(step.memory.get("asking")) and not was_accepted(step)


def was_sent_earlier(step: Step) -> bool:
    """True if a job that this one tries again has sent the request, or may have."""
    return any(one.memory.get("asking") for one in step.earlier_jobs())


def outcome_unknown(doubt: str, why: str = WORKER_LOST) -> OperationFailed:
    return OperationFailed(OUTCOME_UNKNOWN, f"{why}; {doubt}")


def ask_once(step: Step, act: Callable[[], object], *, doubt: str) -> None:
    """Ask, with a note before and after. ``doubt``: the open question if the answer is lost."""
    if not ask_and_look(step, act):
        raise outcome_unknown(doubt, _reason(step))


def ask_and_look(step: Step, act: Callable[[], object]) -> bool:
    """Like ``ask_once``, but a later look may show the effect. False: the answer was unclear."""
    step.about_to_act()
    step.remember(asking=True)
    try:
        act()
    except ProviderError as error:
        if is_unclear_answer(error):
            step.remember(unclear_at=time.time(), unclear_why=error.message.rstrip("."))
            step.note_unclear(error.message)
            return False
        step.remember(asking=False)
        raise
    step.remember(accepted=True)
    return True


def may_show(step: Step) -> bool:
    """True if the effect of a request whose answer was unclear may still show."""
    unclear_at = step.memory.get("unclear_at")
    return unclear_at is not None and time.time() - unclear_at < LOOK_SECONDS and not step.last_look


def still_unclear(step: Step, doubt: str) -> OperationFailed:
    """The failure of a job that has looked for the effect for long enough."""
    return outcome_unknown(doubt, _reason(step))


def _reason(step: Step) -> str:
    return str(step.memory.get("unclear_why", WORKER_LOST))
