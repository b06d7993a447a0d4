"""Which of the simulator's refusals are temporary and which are final: the words are EC2's."""

from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.refusals import final, temporary

REFUSALS = (
    temporary(
        Code.CONFLICT,
        None,
        "a machine that is stopping cannot be started.",
        word="IncorrectInstanceState",
    ),
    final(
        Code.CONFLICT,
        None,
        "the machine of token 'a' is gone.",
        word="IncorrectState",
    ),
    final(
        Code.QUOTA_EXCEEDED,
        None,
        "a region has at most 2000 ordered machines.",
        word="InstanceLimitExceeded",
    ),
)
