"""Values in ``extra`` of a volume, a snapshot or a key pair, which drivers name differently.

A form that no driver is known to have raises one of ``reading.FORM_ERRORS``: the object is shown
with its problem then.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any

from inventory.providers.libcloud.storage_rows import GIB

CREATED = (
    "created",
    "created_at",
    "create_time",
    "creation_time",
    "creation_date",
    "creationDate",
    "date_created",
)
# Where a volume has the machines that it is attached to.
MACHINES = (
    "attachments",
    "attachedTo",
    "droplet_ids",
    "mounted_on",
    "relations",
    "instance_id",
    "linode_id",
    "attached_to_instance",
)
MACHINE_IDS = ("server_id", "serverId", "uuid", "object_uuid")  # of an attachment
NO_TEXTS = {None, "", "None"}  # Cinder v1 writes None so


def extra_of(found: Any) -> Mapping[str, Any]:
    return getattr(found, "extra", None) or {}


def place(found: Any, path: str) -> str:
    """The text at ``path`` of an object: see ``Storage.key_id``. Empty if there is none."""
    name = path.removeprefix("extra.")
    value = getattr(found, name, None) if name == path else extra_of(found).get(name)
    return "" if value is None else str(value)


def text(extra: Mapping[str, Any], *names: str) -> str | None:
    """The first text, or number, that there is."""
    for name in names:
        value = extra.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value not in NO_TEXTS:
            return str(value)
    return None


def flag(extra: Mapping[str, Any], *names: str) -> bool | None:
    words = {True: True, False: False, "true": True, "false": False}
    return next((words[extra[name]] for name in names if extra.get(name) in words), None)


def moment(*values: object) -> datetime | None:
    """A driver gives a time, with a zone or without one, or the cloud's text."""
    for value in values:
        try:
            found = datetime.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            continue
        if isinstance(found, datetime):
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def created(extra: Mapping[str, Any], *others: object) -> datetime | None:
    return moment(*others, *(extra.get(name) for name in CREATED))


def gibibytes(size: Any, unit: int) -> int | None:
    """Rounded up, as clouds count them. ``unit``: the bytes of 1."""
    if size is None:
        return None
    return int((Decimal(str(size)) * unit / GIB).to_integral_value(ROUND_CEILING))


def machines_of(volume: Any) -> tuple[str, ...] | None:
    """The ids of the machines that a volume is attached to. None: the driver does not show them."""
    extra = extra_of(volume)
    shown = [extra[name] for name in MACHINES if name in extra]
    return None if not shown else tuple(one for value in shown for one in _ids(value))


def _ids(value: Any) -> Sequence[str]:
    if isinstance(value, Mapping):  # the relations of gridscale
        value = value["servers"]
    if value in (None, "", []):
        return ()
    if isinstance(value, list | tuple):
        return [_id(one) for one in value]
    return [_id(value)]


def _id(value: Any) -> str:
    if isinstance(value, Mapping):
        value = next(value[name] for name in MACHINE_IDS if value.get(name))
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise TypeError(type(value))
    return str(value)
