"""Block storage volumes of Linode: techdocs.akamai.com/linode-api/reference, "Volumes".

Statuses: ``VolumeStatus`` of the vendor's own client, npmjs.com/package/@linode/api-v4. A volume
is attached to one Linode at most.
"""

from typing import Any

from libcloud.common.types import MalformedResponseError

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.flat_tags import words_of
from inventory.providers.libcloud.reader import Reader
from inventory.providers.reading import UNKNOWN_WORD, Reading
from inventory.providers.rest import act, ask, asked_by_id, found_by_id, segment
from inventory.providers.table import beside, does, reads
from inventory.records.volume import NewVolume, VolumeRecord, VolumeState

MACHINES, OFF, FIRST_DEVICE = "/v4/linode/instances", "offline", "/dev/sda"
SYSTEM = "The Linode may run from this volume: power it off before the volume is detached."
VOLUMES, READ, WRITE = "/v4/volumes", "volumes:read_only", "volumes:read_write"
STATES = {
    "creating": VolumeState.CREATING,
    **dict.fromkeys(("resizing", "key_rotating", "migrating"), VolumeState.CHANGING),
}
ACTIVE = "active"
ENCRYPTION = {"enabled": True, "disabled": False}


def _state(volume: Reading) -> dict[str, Any]:
    machine = volume.identifier("linode_id", required=False)
    word = volume.text("status", required=True) or UNKNOWN_WORD
    state = STATES.get(word, VolumeState.UNKNOWN)
    if word == ACTIVE and volume.has("linode_id") and volume.problem is None:
        state = VolumeState.IN_USE if machine else VolumeState.AVAILABLE
    return {
        "state": state,
        "raw_state": word,
        "size": volume.number("size", required=True),
        "machine_id": machine,
        "device": volume.text("filesystem_path") if machine else None,
        "encrypted": ENCRYPTION.get(volume.text("encryption") or ""),
    }


VOLUME = Reader(
    VolumeRecord,
    "name=label! location_id=region location_name=region tags created_at=created!",
    _state,
)


@reads("volumes", permissions=READ)
def list_volumes(driver: Any) -> list[VolumeRecord]:
    """Use libcloud's method, on the gateway's hooks."""
    volumes: list[VolumeRecord] = driver.list_volumes()
    return volumes


@beside("find", "volumes")
def find_volume(driver: Any, external_id: str) -> VolumeRecord | None:
    found = found_by_id(driver.connection, VOLUMES, external_id)
    return None if found is None else VOLUME.read(found)


@does("volumes", "create", permissions=WRITE)
def create_volume(driver: Any, order: NewVolume) -> VolumeRecord:
    """Libcloud's ``create_volume`` takes no word on encryption."""
    words = {flag: word for word, flag in ENCRYPTION.items()}
    volume = {
        "label": order.name,
        "size": order.size,
        "region": order.location_id or _first_region(driver),
        "encryption": None if order.encrypted is None else words[order.encrypted],
        "tags": words_of(order.tags),
    }
    return VOLUME.read(ask(driver.connection, VOLUMES, method="POST", data=volume))


def _first_region(driver: Any) -> str:
    """The id of the first region that sells volumes. Raises INVALID_REQUEST if none does."""
    for region in map(Reading, driver.pages("/v4/regions", "data")):
        name = region.text("id")
        if name and "Block Storage" in region.texts("capabilities"):
            return name
    message = "No region of Linode says that it has volumes: name one as location."
    raise ProviderError(ProviderErrorCode.INVALID_REQUEST, message)


@does("volumes", "attach", permissions=(WRITE, "linodes:read_write"))
def attach_volume(driver: Any, external_id: str, machine_id: str, _device: str) -> None:
    if attached := _machine_of(driver, external_id):
        raise _attached_to(attached)
    if not (machine_id.isascii() and machine_id.isdecimal()):
        raise ProviderError(ProviderErrorCode.NOT_FOUND, f"There is no Linode {machine_id!r}.")
    _act(driver, external_id, "attach", {"linode_id": int(machine_id)})


@does("volumes", "detach", permissions=(WRITE, "linodes:read_write"))
def detach_volume(driver: Any, external_id: str, machine_id: str) -> None:
    """Linode's request names no machine, so the volume is read before it is sent."""
    attached = _machine_of(driver, external_id)
    if attached is None or machine_id not in {"", attached}:
        raise _attached_to(attached)
    if _may_run_from(driver, attached, external_id):
        raise ProviderError(ProviderErrorCode.CONFLICT, SYSTEM, retryable=False)
    _act(driver, external_id, "detach", {})


@does("volumes", "resize", permissions=WRITE)
def resize_volume(driver: Any, external_id: str, size: int) -> None:
    _act(driver, external_id, "resize", {"size": size})


@does("volumes", "delete", permissions=WRITE)
def delete_volume(driver: Any, external_id: str) -> None:
    """The reference does not say that Linode refuses an attached volume, so it is read before."""
    if attached := _machine_of(driver, external_id):
        raise _attached_to(attached)
    act(driver.connection, f"{VOLUMES}/{segment(external_id)}", method="DELETE")


def _act(driver: Any, external_id: str, verb: str, details: dict[str, Any]) -> None:
    path = f"{VOLUMES}/{segment(external_id)}/{verb}"
    ask(driver.connection, path, method="POST", data=details)


def _machine_of(driver: Any, external_id: str) -> str | None:
    """The Linode that the volume is attached to now."""
    found = Reading(asked_by_id(driver.connection, VOLUMES, external_id))
    machine = found.identifier("linode_id", required=False)
    if found.problem:
        raise MalformedResponseError(found.problem)
    return machine


def _may_run_from(driver: Any, machine_id: str, external_id: str) -> bool:
    """True if the volume is the root device in a configuration profile of a Linode that is not off.

    The reference does not say that Linode refuses to detach it, nor which profile was booted.
    """
    path = f"{MACHINES}/{segment(machine_id)}"
    if Reading(ask(driver.connection, path)).text("status") == OFF:
        return False
    profiles = map(Reading, driver.pages(f"{path}/configs", "data"))
    return any(_root_of(profile) == external_id for profile in profiles)


def _root_of(profile: Reading) -> str | None:
    """The id of the volume that a profile starts from; None: it starts from a disk."""
    slot = (profile.text("root_device") or FIRST_DEVICE).removeprefix("/dev/")
    return profile.part("devices").part(slot).identifier("volume_id", required=False)


def _attached_to(machine_id: str | None) -> ProviderError:
    where = f"the Linode {machine_id}" if machine_id else "no Linode"
    message = f"The volume is attached to {where} now."
    return ProviderError(ProviderErrorCode.CONFLICT, message, retryable=False)
