"""Key pairs: public keys that a cloud keeps under a name."""

from dataclasses import dataclass

from inventory.records.base import ObservedRecord, listed
from inventory.records.state_change import StateChange
from inventory.types import MeaningfulEnum


class KeyPairState(MeaningfulEnum):
    """The state of a key pair: clouds report only that it exists."""

    AVAILABLE = "AVAILABLE", "New machines can be ordered with it."
    DELETED = "DELETED", "It was deleted through the gateway."
    MISSING = (
        "MISSING",
        "Its cloud no longer lists it, and this gateway did not delete it.",
    )
    UNKNOWN = "UNKNOWN", "It could not be read."


@listed(
    "key_pairs",
    StateChange(
        verb="delete",
        label="Delete a key pair",
        description="Delete a key pair at its cloud. Machines that were ordered with it keep the "
        "key. The job succeeds when it is gone.",
        goal=KeyPairState.DELETED,
        done="deleted",
        ready=frozenset({KeyPairState.AVAILABLE, KeyPairState.UNKNOWN}),
        bulk="Delete key pairs: a job with a child for each; one that is busy fails.",
    ),
)
@dataclass(frozen=True, slots=True)
class KeyPairRecord(ObservedRecord):
    """``key_fingerprint``: as the cloud computes it. ``type``: rsa, ed25519 or ecdsa.
    ``public_key``: in one line, as OpenSSH writes it. No cloud returns the private key here.
    """

    state: KeyPairState = KeyPairState.AVAILABLE
    raw_state: str = "available"
    key_fingerprint: str | None = None
    type: str | None = None
    public_key: str | None = None
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NewKeyPair:
    """An order to import a public key. ``tags`` hold the mark by which a later attempt finds it."""

    name: str
    public_key: str
    client_token: str
    tags: tuple[tuple[str, str], ...] = ()
