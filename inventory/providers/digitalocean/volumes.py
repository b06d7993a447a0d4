"""Block storage volumes of DigitalOcean: "Block Storage" in docs.digitalocean.com/reference/api.

The API reports no state of a volume, only the droplets that it is attached to: one at most.
"""

from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.flat_tags import words_of
from inventory.providers.libcloud.reader import Reader
from inventory.providers.reading import UNKNOWN_WORD, Reading
from inventory.providers.rest import act, ask, found_by_id, part, segment
from inventory.providers.table import beside, does, reads
from inventory.records.volume import NewVolume, VolumeRecord, VolumeState

VOLUMES, SNAPSHOTS = "/v2/volumes", "/v2/snapshots"
ATTACHED, FREE = "attached", "available"  # our own words
ACT = "block_storage_action:create"


def _state(volume: Reading) -> dict[str, Any]:
    droplets = [str(one) for one in volume.items("droplet_ids") if isinstance(one, int)]
    size, is_read = volume.number("size_gigabytes", required=True), True
    if len(droplets) != len(volume.items("droplet_ids")) or volume.is_null("droplet_ids"):
        volume.note("droplet_ids", "a list of numbers")
        is_read = False
    state = VolumeState.IN_USE if droplets else VolumeState.AVAILABLE
    return {
        "size": size,
        "machine_id": droplets[0] if droplets else None,
        "machine_ids": tuple(droplets),
        "state": state if is_read else VolumeState.UNKNOWN,
        "raw_state": (ATTACHED if droplets else FREE) if is_read else UNKNOWN_WORD,
    }


VOLUME = Reader(
    VolumeRecord, "name! location_id=region.slug location_name=region.name tags created_at!", _state
)


@reads("volumes", permissions="block_storage:read")
def list_volumes(driver: Any) -> list[VolumeRecord]:
    """Use libcloud's method, on the gateway's hooks."""
    volumes: list[VolumeRecord] = driver.list_volumes()
    return volumes


@beside("find", "volumes")
def find_volume(driver: Any, external_id: str) -> VolumeRecord | None:
    found = found_by_id(driver.connection, VOLUMES, external_id, "volume")
    return None if found is None else VOLUME.read(found)


@does("volumes", "create", permissions=("block_storage:create", "tag:create"))
def create_volume(driver: Any, order: NewVolume) -> VolumeRecord:
    """Libcloud's ``create_volume`` takes no tags, of which one is the mark.

    A volume from a snapshot has the snapshot's size and region, unless others are named.
    """
    source = Reading({})
    if order.snapshot_id:
        path = f"{SNAPSHOTS}/{segment(order.snapshot_id)}"
        source = Reading(part(ask(driver.connection, path), "snapshot", dict))
    place = order.location_id or next(iter(source.texts("regions")), None)
    volume = {
        "name": order.name,
        "size_gigabytes": order.size or source.number("min_disk_size", required=True),
        "region": place or _first_region(driver),
        "snapshot_id": order.snapshot_id,
        "tags": words_of(order.tags),
    }
    made = ask(driver.connection, VOLUMES, method="POST", data=volume)
    return VOLUME.read(part(made, "volume", dict))


def _first_region(driver: Any) -> str:
    """The slug of the first region that sells volumes. Raises INVALID_REQUEST if none does."""
    for region in map(Reading, driver.pages("/v2/regions", "regions")):
        slug = region.text("slug")
        if slug and "storage" in region.texts("features"):
            return slug
    message = "No region of DigitalOcean says that it has volumes: name one as location."
    raise ProviderError(ProviderErrorCode.INVALID_REQUEST, message)


@does("volumes", "attach", permissions=ACT)
def attach_volume(driver: Any, external_id: str, machine_id: str, _device: str) -> None:
    """Libcloud's methods need the volume's region, for which the volume would have to be read."""
    _act(driver, external_id, {"type": "attach", "droplet_id": _number(machine_id)})


@does("volumes", "detach", permissions=ACT)
def detach_volume(driver: Any, external_id: str, machine_id: str) -> None:
    """Detach from this Droplet only. ``machine_id``: empty for the one that it is attached to.

    libcloud's ``detach_volume`` detaches it from the Droplet that the last read showed.
    """
    known = machine_id or getattr(find_volume(driver, external_id), "machine_id", None)
    if not known:
        raise ProviderError(ProviderErrorCode.CONFLICT, "The volume is attached to no droplet.")
    _act(driver, external_id, {"type": "detach", "droplet_id": _number(known)})


@does("volumes", "resize", permissions=ACT)
def resize_volume(driver: Any, external_id: str, size: int) -> None:
    _act(driver, external_id, {"type": "resize", "size_gigabytes": size})


@does("volumes", "delete", permissions="block_storage:delete")
def delete_volume(driver: Any, external_id: str) -> None:
    act(driver.connection, f"{VOLUMES}/{segment(external_id)}", method="DELETE")


def _act(driver: Any, external_id: str, action: dict[str, Any]) -> None:
    ask(driver.connection, f"{VOLUMES}/{segment(external_id)}/actions", method="POST", data=action)


def _number(machine_id: str) -> int:
    if machine_id.isascii() and machine_id.isdecimal():
        return int(machine_id)
    raise ProviderError(ProviderErrorCode.NOT_FOUND, f"There is no droplet {machine_id!r}.")
