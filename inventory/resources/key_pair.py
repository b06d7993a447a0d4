"""Key pairs: the public keys with which machines can be ordered."""

from django.db import models

from inventory.models.observed import Observed, state_column
from inventory.records.key_pair import KeyPairRecord, KeyPairState
from inventory.resources.base import Filter, How, Observation
from inventory.resources.observed import observed_resource, shown, tags, text


class KeyPair(Observed):
    """A public key that a cloud keeps under a name, as it was last seen there."""

    state = state_column(KeyPairState)
    key_fingerprint = text(
        200,
        "The fingerprint as the cloud computes it. Null if the cloud does not report it.",
        name="fingerprint",
        type="String",
        required=False,
        read=lambda row: row.key_fingerprint,
        reads=("key_fingerprint",),
    )
    type = text(40, "rsa, ed25519 or ecdsa. Null if the cloud does not report it.")
    public_key = shown(
        models.TextField(null=True),
        "The public key in one line, as OpenSSH writes it. Null if the cloud does not report it.",
    )
    tags = tags()


KEY_PAIRS = observed_resource(
    KeyPair,
    KeyPairRecord,
    plural="key_pairs",
    observation=Observation(
        removed=KeyPairState.DELETED,
        unlisted_at_once=True,
        searched=("name", "external_id", "key_fingerprint", "type", "tags"),
        history=("state", "key_fingerprint", "tags"),
        reuses_ids=True,
        identifying="key_fingerprint",
    ),
    place=90,
    filters={"fingerprint": Filter(How.ANY, "Fingerprints, exactly.", column="key_fingerprint")},
    search="a name, a fingerprint, a type, or a tag as key=value",
)
