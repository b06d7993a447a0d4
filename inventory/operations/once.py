"""Requests whose effect cannot be observed: sent at most once.

The step notes that it is about to send the request, and then whether the cloud accepted or refused
it. If a later step finds the first note alone, or the answer was unclear, the job fails with
OUTCOME_UNKNOWN.
"""

from collections.abc import Callable

from inventory.providers import ProviderError, ProviderErrorCode
from jobs.registry import OUTCOME_UNKNOWN, OperationFailed, Step

# Where the transport does not know whether the request was carried out, these leave it open.
UNCLEAR = frozenset(
    {ProviderErrorCode.TIMEOUT, ProviderErrorCode.UNREACHABLE, ProviderErrorCode.PROVIDER_ERROR}
)


def is_unclear_answer(error: ProviderError) -> bool:
    """Whether the cloud may have carried out the request although it failed."""
    if error.may_have_acted is not None:
        return error.may_have_acted
    return error.code in UNCLEAR


def was_accepted(step: Step) -> bool:
    return "accepted" in step.memory


def is_unclear(step: Step) -> bool:
    """Whether an earlier step was about to ask, and nobody knows what became of it."""
    return bool(step.memory.get("asking")) and not was_accepted(step)


def outcome_unknown(doubt: str, why: str = "The worker was lost while it asked") -> OperationFailed:
    return OperationFailed(OUTCOME_UNKNOWN, f"{why}; {doubt}")


def ask_once(step: Step, act: Callable[[], None], *, doubt: str) -> None:
    """Ask, with a note before and after. ``doubt``: what nobody knows if the answer is lost."""
    step.about_to_act()
    step.remember(asking=True)
    try:
        act()
    except ProviderError as error:
        if is_unclear_answer(error):
            raise outcome_unknown(doubt, error.message.rstrip(".")) from error
        step.remember(asking=False)
        raise
    step.remember(accepted=True)
