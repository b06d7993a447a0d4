"""A kind for a cloud that takes one token and lists an account's machines of all regions."""

from typing import Any

from inventory.providers.account import AccountFields
from inventory.providers.credential import CredentialField
from inventory.providers.flat_tags import WORD_LIMITS, WordRules
from inventory.providers.kind import GLOBAL, ProviderKind, listed_sizes_only, only_global
from inventory.types import VMBackend

ALL_LISTS = frozenset({"virtual_machines", "sizes", "images", "locations"})
GUEST_STOPS = "A stop is a wish of the guest: one that hangs ends as a failed job, not as stopped."


def token_kind(
    label: str, *, made_at: str, tags: WordRules, limits: tuple[str, ...], **declared: Any
) -> ProviderKind:
    """``made_at``: where its tokens are made. ``declared``: the rest, as ProviderKind names it.

    Its lists are those of a driver with ``WholeLists``, which the contract's tests feed several
    pages each.
    """
    help_text = f"A personal access token, made under {made_at}."
    return ProviderKind(
        label=label,
        credentials=(CredentialField("token", "Access token", help=help_text, secret=True),),
        account=AccountFields(unnoticed=(f"Only {label} itself knows whose a token is.",)),
        takes_unlisted_size=listed_sizes_only,
        default_regions=(GLOBAL,),
        known_regions=only_global,
        every_region=only_global,
        backend=VMBackend.KVM,
        tags=tags,
        limits=(GUEST_STOPS, *WORD_LIMITS, *limits),
        proven_lists=ALL_LISTS,
        **declared,
    )
