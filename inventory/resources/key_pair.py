"""Key pairs: the public keys with which machines can be ordered."""

from django.db import models

from inventory.models.observed import Observed, state_column
from inventory.records.key_pair import KeyPairRecord, KeyPairState
from inventory.resources import facts, filters
from inventory.resources.base import Fact, Filter, How, Observation, Resource


class KeyPair(Observed):
    """A public key that a cloud keeps under a name, as it was last seen there."""

    state = state_column(KeyPairState)
    key_fingerprint = models.CharField(max_length=200, null=True)
    type = models.CharField(max_length=40, null=True)
    public_key = models.TextField(null=True)
    tags = models.JSONField(default=list)  # [key, value] pairs, by key and value


KEY_PAIRS = Resource(
    KeyPair,
    KeyPairRecord,
    plural="key_pairs",
    nouns=("key pair", "key pairs"),
    states=KeyPairState,
    observation=Observation(
        removed=KeyPairState.DELETED,
        unlisted_at_once=True,
        searched=("name", "external_id", "key_fingerprint", "type", "tags"),
        reuses_ids=True,
        identifying="key_fingerprint",
    ),
    place=90,
    facts=facts.observed(
        {
            "fingerprint": Fact(
                "The fingerprint as the cloud computes it. Null if the cloud does not report it.",
                type="String",
                required=False,
                read=lambda row: row.key_fingerprint,
                reads=("key_fingerprint",),
            ),
            "type": Fact("rsa, ed25519 or ecdsa. Null if the cloud does not report it."),
            "public_key": Fact(
                "The public key in one line, as OpenSSH writes it. Null if the cloud does not "
                "report it."
            ),
            "tags": facts.tags(),
        }
    ),
    filters=filters.observed(
        {
            "fingerprint": Filter(How.ANY, "Fingerprints, exactly.", column="key_fingerprint"),
            "tags": filters.tags(),
        },
        search="a name, a fingerprint, a type, or a tag as key=value",
    ),
    orders=filters.orders(),
)
