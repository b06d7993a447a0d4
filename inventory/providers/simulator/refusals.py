"""The simulator's temporary refusals, and the final ones: the words are EC2's."""

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
    *(
        final(Code.CONFLICT, None, sample, word=word)
        for word, sample in (
            ("VolumeInUse", "vol-1 is attached to sim-1."),
            ("InvalidVolume.ZoneMismatch", "the volume is in sim-1-a, the machine in sim-1-b."),
            ("InvalidKeyPair.Duplicate", "there is a key pair 'ada'."),
            ("InvalidGroup.Duplicate", "there is a group 'web'."),
            ("InvalidPermission.Duplicate", "the group has this rule already."),
            ("DependencyViolation", "rules of 'web' name 'office'."),
            ("CannotDelete", "the group 'default' cannot be deleted."),
        )
    ),
    final(
        Code.QUOTA_EXCEEDED,
        None,
        "a region has at most 2000 ordered machines.",
        word="InstanceLimitExceeded",
    ),
)
