"""Key pairs: public keys that a cloud keeps under a name."""

from dataclasses import dataclass

from inventory.records.base import ObservedRecord, listed
from inventory.types import MeaningfulEnum


class KeyPairState(MeaningfulEnum):
    """Whether a key pair is there. Clouds report no other states of key pairs."""

    AVAILABLE = "AVAILABLE", "New machines can be ordered with it."
    DELETED = "DELETED", "It was deleted through the gateway."
    MISSING = "MISSING", "Its cloud lists it no more, though nobody deleted it through here."
    UNKNOWN = "UNKNOWN", "It could not be read."


@listed("key_pairs")
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
