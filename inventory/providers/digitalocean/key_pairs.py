"""SSH keys of a DigitalOcean team: "SSH Keys" in docs.digitalocean.com/reference/api.

A key is named by its number, for names are not unique. The account has each key once, by its
fingerprint.
"""

from typing import Any

from inventory.providers.libcloud.reader import Reader
from inventory.providers.public_keys import key_fields, marked_key
from inventory.providers.reading import Reading
from inventory.providers.rest import act, ask, part, segment
from inventory.providers.table import does, reads
from inventory.records.key_pair import KeyPairRecord, NewKeyPair

KEYS = "/v2/account/keys"


def _more(key: Reading) -> dict[str, Any]:
    return key_fields(key.text("public_key", required=True))


KEY = Reader(KeyPairRecord, "name! key_fingerprint=fingerprint!", _more)


@reads("key_pairs", permissions="ssh_key:read")
def list_key_pairs(driver: Any) -> list[KeyPairRecord]:
    """Use libcloud's method, on the gateway's hooks."""
    keys: list[KeyPairRecord] = driver.list_key_pairs()
    return keys


@does("key_pairs", "import", permissions="ssh_key:create")
def import_key_pair(driver: Any, order: NewKeyPair) -> KeyPairRecord:
    given = {"name": order.name, "public_key": marked_key(order)}
    made = ask(driver.connection, KEYS, method="POST", data=given)
    return KEY.read(part(made, "ssh_key", dict))


@does("key_pairs", "delete", permissions="ssh_key:delete")
def delete_key_pair(driver: Any, external_id: str) -> None:
    act(driver.connection, f"{KEYS}/{segment(external_id)}", method="DELETE")
