"""Key pairs of a driver of libcloud. Private keys, which some clouds list, are not read."""

from collections.abc import Callable
from functools import partial
from typing import Any

from inventory.providers.libcloud import extra as fields
from inventory.providers.libcloud.actions import listed
from inventory.providers.libcloud.marks import marked_name, marks_of
from inventory.providers.libcloud.objects import chosen, read_object, sent
from inventory.providers.libcloud.storage_rows import Storage
from inventory.providers.public_keys import key_fields
from inventory.records.key_pair import KeyPairRecord, NewKeyPair


def _identifying(row: Storage) -> Callable[[Any], str]:
    return lambda found: fields.place(found, row.key_id)


def _listed(row: Storage, driver: Any) -> list[Any]:
    return listed(driver, "list_key_pairs", identify=_identifying(row))


def list_key_pairs(row: Storage, driver: Any) -> list[KeyPairRecord]:
    return [key_record(row, one) for one in _listed(row, driver)]


def key_record(row: Storage, key: Any) -> KeyPairRecord:
    return read_object(KeyPairRecord, key, partial(_record, row), _identifying(row))


def _record(row: Storage, key: Any) -> KeyPairRecord:
    external_id = fields.place(key, row.key_id)
    name = fields.place(key, row.key_name) or external_id
    shown = key_fields(key.public_key)
    return KeyPairRecord(
        external_id=external_id,
        name=name,
        # gridscale's driver has the id in this place.
        key_fingerprint=None if key.fingerprint in {"", external_id} else key.fingerprint,
        created_at=fields.created(fields.extra_of(key)),
        **{**shown, "tags": marks_of(name) or shown["tags"]},
    )


def import_key_pair(row: Storage, driver: Any, order: NewKeyPair) -> KeyPairRecord:
    """The key pair's name has the mark: see ``marks``."""
    given = marked_name(order), order.public_key
    return key_record(row, sent(lambda: getattr(driver, row.import_key)(*given)))


def delete_key_pair(row: Storage, driver: Any, external_id: str) -> None:
    key = chosen(_listed(row, driver), external_id, "key pair", _identifying(row))
    sent(lambda: driver.delete_key_pair(key))
