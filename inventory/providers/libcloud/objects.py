"""Libcloud's own object for an action: found anew in the driver's list, by its id.

Many drivers need more of an object than its id, so none is made of an id.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from inventory.providers import unanswered
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.libcloud.actions import listed
from inventory.providers.libcloud.entries import Identify, problem_of
from inventory.providers.libcloud.extra import place
from inventory.providers.libcloud.storage_rows import Storage
from inventory.providers.reading import damaged, read_or_damaged
from inventory.records.key_pair import KeyPairRecord
from inventory.records.snapshot import SnapshotRecord
from inventory.records.volume import VolumeRecord

# Drivers write ids into paths and quote nothing: a part of such an id would name another object.
NAMES_ANOTHER = re.compile(r"[/?#%\\]|^\.+$")
R = TypeVar("R", VolumeRecord, SnapshotRecord, KeyPairRecord)
NOT_CARED_FOR = frozenset({"driver", "_uuid"})


def identify(found: Any) -> str:
    return place(found, "id")


def id_of(found: Any, identify: Identify) -> str:
    """The id of an object of a list, also of one that could not be read."""
    return str(found.id) if problem_of(found) else identify(found)


def read_object(record: type[R], found: Any, read: Callable[[Any], R], identify: Identify) -> R:
    """The record of an object of a list; of one that could not be read, with its id alone."""
    if problem := problem_of(found):
        return damaged(record, id_of(found, identify), problem)
    return read_or_damaged(record, found, read, identify)


def volume_named(driver: Any, external_id: str) -> Any:
    return chosen(listed(driver, "list_volumes"), external_id, "volume", identify)


def snapshots_of(row: Storage, driver: Any) -> list[Any]:
    """The snapshots of all volumes."""
    try:
        return listed(driver, row.snapshots, **row.all_snapshots)
    except KeyError as error:
        if row.no_snapshots and error.args == (row.no_snapshots,):
            return []
        raise


def snapshot_named(row: Storage, driver: Any, external_id: str) -> Any:
    return chosen(snapshots_of(row, driver), external_id, "snapshot", identify)


def chosen(found: Sequence[Any], external_id: str, noun: str, identify: Identify) -> Any:
    """Raises ProviderError NOT_FOUND; CONFLICT if several different objects have the id;
    PROVIDER_ERROR for an object that could not be read; and INVALID_REQUEST for an id that a
    request of the driver could not contain as it is.
    """
    same = [one for one in found if id_of(one, identify) == external_id]
    if not same:
        message = f"The driver's list does not show the {noun}."
        raise ProviderError(ProviderErrorCode.NOT_FOUND, message)
    if any(_values(one) != _values(same[0]) for one in same[1:]):
        message = (
            f"The driver's list shows {len(same)} {noun}s with this id; "
            "which one is meant is not known. Nothing was sent."
        )
        raise ProviderError(ProviderErrorCode.CONFLICT, message)
    if problem := problem_of(same[0]):
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, problem)
    if NAMES_ANOTHER.search(external_id):
        message = f"The driver cannot name this {noun} safely: its id has a reserved character."
        raise ProviderError(ProviderErrorCode.INVALID_REQUEST, message, retryable=False)
    return same[0]


def _values(found: Any) -> dict[str, Any]:
    """One object that is on two pages is there twice, with the same values."""
    return {name: value for name, value in vars(found).items() if name not in NOT_CARED_FOR}


def sent(call: Callable[[], Any]) -> Any:
    """The result of a driver's method.

    Raises the failure of the method's last request, which the driver may hide. The driver knew
    that it could ignore an earlier failure.
    """
    with unanswered.noted() as failures:
        result = call()
    if failures.is_latest:
        failures.raise_last()
    return result
