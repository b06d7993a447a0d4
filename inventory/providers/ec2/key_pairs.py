"""Key pairs of EC2.

``DescribeKeyPairs`` answers all of them at once: it takes no token of a page
(https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeKeyPairs.html).
"""

from typing import Any

from inventory.providers.ec2.calls import Call
from inventory.providers.ec2.deeds import deed
from inventory.providers.ec2.driver import EC2Driver, entries_of
from inventory.providers.ec2.tags import tag_specification, tags_in
from inventory.providers.reading import Reading, read_or_damaged
from inventory.providers.table import does, reads
from inventory.records.key_pair import KeyPairRecord, NewKeyPair

KEY_PAIR_ID = "KeyPairId"


@reads("key_pairs", permissions="ec2:DescribeKeyPairs")
def list_key_pairs(driver: EC2Driver) -> list[KeyPairRecord]:
    answer = driver.call("describe_key_pairs", IncludePublicKey=True)
    return [_read(Reading(entry)) for entry in entries_of(answer, "KeyPairs")]


@does("key_pairs", "import", permissions=("ec2:ImportKeyPair", "ec2:CreateTags"))
def import_key_pair(driver: EC2Driver, order: NewKeyPair) -> KeyPairRecord:
    """A name is taken once in a region; a second key under it is refused."""
    call = import_call(driver, order)
    return _read(Reading(driver.call(call.operation, **call.parameters)))


def import_call(_driver: EC2Driver, order: NewKeyPair) -> Call:
    parameters = {"KeyName": order.name, "PublicKeyMaterial": order.public_key.encode()}
    return Call("import_key_pair", parameters | tag_specification("key-pair", dict(order.tags)))


@deed("key_pairs", "delete", permissions="ec2:DeleteKeyPair")
def delete_key_pair(driver: EC2Driver, external_id: str) -> Call:
    """At Amazon, delete by the id that the job has noted: another key may have the name by now.

    Other servers know names alone.
    """
    if driver.is_amazons and driver.pinned:
        return Call("delete_key_pair", {KEY_PAIR_ID: driver.pinned})
    return Call("delete_key_pair", {"KeyName": external_id})


def _read(found: Reading) -> KeyPairRecord:
    return read_or_damaged(KeyPairRecord, found, _record, lambda one: one.text("KeyName"))


def _record(found: Reading) -> KeyPairRecord:
    name = found.text("KeyName", required=True) or ""
    public_key = (found.text("PublicKey") or "").strip()
    return KeyPairRecord(
        external_id=name,  # instances name their key pair by it
        name=name,
        key_fingerprint=found.text("KeyFingerprint"),
        type=_type(found, public_key),
        public_key=public_key or None,
        tags=tags_in(found),
        created_at=found.moment("CreateTime"),
        instance_id=found.text(KEY_PAIR_ID),
        problem=found.problem,
    )


def _type(found: Reading, public_key: str) -> str | None:
    word: Any = found.text("KeyType") or public_key.partition(" ")[0].removeprefix("ssh-")
    return word or None
