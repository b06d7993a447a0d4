"""SSH keys of the token's user: techdocs.akamai.com/linode-api/reference/post-add-ssh-key.

Linode reports no fingerprint. Labels are not unique, so a key is named by its number.
"""

from typing import Any

from inventory.providers.libcloud.reader import Reader
from inventory.providers.public_keys import key_fields, marked_key
from inventory.providers.reading import Reading
from inventory.providers.rest import act, ask, segment
from inventory.providers.table import does, reads
from inventory.records.key_pair import KeyPairRecord, NewKeyPair

KEYS, READ, WRITE = "/v4/profile/sshkeys", "account:read_only", "account:read_write"


def _more(key: Reading) -> dict[str, Any]:
    return key_fields(key.text("ssh_key", required=True))


KEY = Reader(KeyPairRecord, "name=label! created_at=created!", _more)


@reads("key_pairs", permissions=READ)
def list_key_pairs(driver: Any) -> list[KeyPairRecord]:
    """Use libcloud's method, on the gateway's hooks."""
    keys: list[KeyPairRecord] = driver.list_key_pairs()
    return keys


@does("key_pairs", "import", permissions=WRITE)
def import_key_pair(driver: Any, order: NewKeyPair) -> KeyPairRecord:
    given = {"label": order.name, "ssh_key": marked_key(order)}
    return KEY.read(ask(driver.connection, KEYS, method="POST", data=given))


@does("key_pairs", "delete", permissions=WRITE)
def delete_key_pair(driver: Any, external_id: str) -> None:
    act(driver.connection, f"{KEYS}/{segment(external_id)}", method="DELETE")
