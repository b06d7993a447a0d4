"""Key pairs of the user, at nova: "Keypairs" in docs.openstack.org/api-ref/compute.

They are sent in the forms of microversion 2.1, in which nova lists all of them at once: ``limit``
and ``marker`` are of 2.35. A link to a next page is followed all the same.
"""

from typing import Any

from inventory.providers.openstack.pages import pages
from inventory.providers.openstack.permissions import MEMBER, READER
from inventory.providers.public_keys import key_fields, marked_key
from inventory.providers.reading import Reading, records_of
from inventory.providers.rest import act, ask, segment
from inventory.providers.table import does, reads
from inventory.records.key_pair import KeyPairRecord, NewKeyPair

PATH = "/os-keypairs"


@reads("key_pairs", permissions=READER)
def list_key_pairs(driver: Any) -> list[KeyPairRecord]:
    """Libcloud's ``list_key_pairs`` loses the list to one key without a fingerprint."""
    return records_of(KeyPairRecord, pages(driver.compute, PATH, "keypairs"), _record, _name)


@does("key_pairs", "import", permissions=MEMBER)
def import_key_pair(driver: Any, order: NewKeyPair) -> KeyPairRecord:
    """A name is taken once by a user; a second key under it is refused."""
    given = {"name": order.name, "public_key": marked_key(order)}
    [made] = records_of(
        KeyPairRecord,
        [ask(driver.compute, PATH, method="POST", data={"keypair": given})],
        _record,
        _name,
    )
    return made


@does("key_pairs", "delete", permissions=MEMBER)
def delete_key_pair(driver: Any, external_id: str) -> None:
    """Libcloud's ``delete_key_pair`` quotes nothing: for ``a?b`` it deletes ``a``."""
    act(driver.compute, f"{PATH}/{segment(external_id)}", method="DELETE")


def _name(found: Reading) -> str | None:
    return found.text("keypair", "name")


def _record(found: Reading) -> KeyPairRecord:
    key = found.part("keypair")
    name = key.text("name", required=True) or ""
    return KeyPairRecord(
        external_id=name,  # servers name their key pair by it
        name=name,
        key_fingerprint=key.text("fingerprint", required=True),
        **key_fields(key.text("public_key", required=True)),
        problem=found.problem,
    )
