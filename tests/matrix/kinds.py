"""The personas that see an object of each type: the owner's own, or an unrelated user's."""

from dataclasses import dataclass

from tests.inventory.resources.names import TYPES
from tests.matrix.people import SUPERUSERS, VIEWERS, Who


@dataclass(frozen=True)
class Kind:
    """The personas that see the owner's own object of a type, and those that see a foreign one."""

    own: frozenset[Who]
    foreign: frozenset[Who] = SUPERUSERS


OF_A_PROVIDER = Kind(VIEWERS)
KINDS = {
    "Provider": OF_A_PROVIDER,
    **dict.fromkeys(TYPES, OF_A_PROVIDER),
    "Job": OF_A_PROVIDER,
    "Schedule": Kind(frozenset({Who.OWNER, Who.SUPERUSER})),
    "Grant": Kind(frozenset({Who.ADMIN, Who.OWNER, Who.SUPERUSER})),
    "HostedRepository": OF_A_PROVIDER,  # one that its provider lists
    "Repository": Kind(frozenset({Who.OWNER, Who.SUPERUSER})),
    "User": Kind(frozenset({Who.OWNER, Who.ADMIN, Who.SUPERUSER})),  # who are in a team with them
    "Team": Kind(frozenset({Who.MEMBER, Who.SUPERUSER})),
    "Session": Kind(frozenset({Who.OWNER}), foreign=frozenset()),
    "ApiToken": Kind(frozenset({Who.OWNER}), foreign=frozenset()),
    "Webhook": Kind(frozenset({Who.OWNER}), foreign=frozenset()),
}


def sees(who: Who, kind: str, account: str) -> bool:
    """True if a persona sees the ``own`` or the ``foreign`` object of a kind."""
    if who is Who.STRANGER:  # what is foreign to all others is the stranger's own
        return account == "foreign" and Who.OWNER in KINDS[kind].own
    return who in (KINDS[kind].own if account == "own" else KINDS[kind].foreign)
