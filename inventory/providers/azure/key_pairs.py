"""SSH public key resources: learn.microsoft.com/rest/api/compute/ssh-public-keys.

None is imported here: the request that creates a key changes one that has the name.
"""

from typing import Any

from inventory.providers.azure.parse import id_of
from inventory.providers.azure.requests import pages
from inventory.providers.azure.resources import KEYS, delete, find, list_path
from inventory.providers.public_keys import key_fields
from inventory.providers.reading import Reading, records_of
from inventory.providers.table import beside, does, reads
from inventory.records.key_pair import KeyPairRecord


@reads("key_pairs", permissions=f"{KEYS}/read")
def list_key_pairs(driver: Any) -> list[KeyPairRecord]:
    return records_of(KeyPairRecord, pages(driver, list_path(driver, KEYS)), _record, id_of)


@beside("find", "key_pairs")
def find_key_pair(driver: Any, external_id: str) -> KeyPairRecord | None:
    found = find(driver, KEYS, external_id)
    return None if found is None else records_of(KeyPairRecord, [found], _record, id_of)[0]


def _record(found: Reading) -> KeyPairRecord:
    external_id = id_of(found)
    key = key_fields(found.text("properties", "publicKey"))
    return KeyPairRecord(
        external_id=external_id,
        name=found.text("name", required=True) or external_id,
        **{**key, "tags": found.pairs("tags")},
        problem=found.problem,
    )


@does("key_pairs", "delete", permissions=f"{KEYS}/delete")
def delete_key_pair(driver: Any, external_id: str) -> None:
    delete(driver, KEYS, external_id)
