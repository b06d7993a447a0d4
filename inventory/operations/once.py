"""Deeds that leave no trace: asked for at most once, because nothing shows whether they were done.

The step that asks notes that it will, and then that the cloud accepted or refused. A step that
finds the first note alone cannot know, and neither can one that got no clear answer: the job fails,
and says so.
"""

from collections.abc import Callable

from inventory.providers import ProviderError, ProviderErrorCode
from jobs.registry import OperationFailed, Step

# After these nobody knows whether the request arrived.
UNCLEAR = frozenset(
    {ProviderErrorCode.TIMEOUT, ProviderErrorCode.UNREACHABLE, ProviderErrorCode.PROVIDER_ERROR}
)


def was_accepted(step: Step) -> bool:
    return "accepted" in step.memory


def is_unclear(step: Step) -> bool:
    """Whether an earlier step was about to ask, and nobody knows what became of it."""
    return bool(step.memory.get("asking")) and not was_accepted(step)


def outcome_unknown(doubt: str, why: str = "The worker was lost while it asked") -> OperationFailed:
    return OperationFailed("OUTCOME_UNKNOWN", f"{why}; {doubt}")


def ask_once(step: Step, act: Callable[[], None], *, doubt: str) -> None:
    """Ask, with a note before and after. ``doubt``: what nobody knows if the answer is lost."""
    step.about_to_act()
    step.remember(asking=True)
    try:
        act()
    except ProviderError as error:
        if error.code in UNCLEAR:
            raise outcome_unknown(doubt, error.message.rstrip(".")) from error
        step.remember(asking=False)
        raise
    step.remember(accepted=True)
