"""What is done at Linode, each a function of the driver.

Bodies as the Linode API reference has them, techdocs.akamai.com/linode-api.
"""

import base64
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.core.folding import contains
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.flat_tags import EXACT_WORDS, words_of
from inventory.providers.linode.names import named
from inventory.providers.linode.pages import IMAGES, TYPES, pages
from inventory.providers.linode.parse import image_of, location_of, machine_of, size_of
from inventory.providers.reading import Reading, records_of
from inventory.providers.rest import act, ask, asked_by_id, found_by_id, part
from inventory.providers.table import beside, does, reads
from inventory.types import ImageRecord, LocationRecord, MachineRecord, NewMachine, SizeRecord

INSTANCES = "/v4/linode/instances"


@reads("virtual_machines")
def list_machines(driver: Any) -> list[MachineRecord]:
    return _machines(driver, pages(driver, INSTANCES))


@beside("find", "virtual_machines")
def find_machine(driver: Any, external_id: str) -> MachineRecord | None:
    linode = found_by_id(driver.connection, INSTANCES, external_id)
    return None if linode is None else _machines(driver, [linode])[0]


@does("virtual_machines", "provision")
def create_machine(driver: Any, order: NewMachine) -> MachineRecord:
    linode: dict[str, Any] = {
        "label": order.name,
        "type": order.size_id,
        "image": order.image_id,
        "region": order.location_id or list_locations(driver)[0].external_id,
        "tags": words_of(order.tags),
        "root_pass": secrets.token_urlsafe(32),  # asked for by Linode; nobody needs to know it
    }
    if order.key_pair:
        linode["authorized_keys"] = [_public_key(driver, order.key_pair)]
    if order.user_data:
        encoded = base64.b64encode(order.user_data.encode()).decode()
        linode["metadata"] = {"user_data": encoded}
    created = ask(driver.connection, INSTANCES, method="POST", data=linode)
    return _machines(driver, [created])[0]


@does("virtual_machines", "resize")
def resize_machine(driver: Any, external_id: str, size_id: str) -> None:
    """Its disks stay as they are; they could not shrink again."""
    change = {"type": size_id, "allow_auto_disk_resize": False}
    act(driver.connection, f"{INSTANCES}/{external_id}/resize", data=change)


@does("virtual_machines", "tag")
def tag_machine(
    driver: Any, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> None:
    """Linode takes the whole list, so what somebody else changes in between is lost."""
    path = f"{INSTANCES}/{external_id}"
    before = asked_by_id(driver.connection, INSTANCES, external_id).get("tags") or []
    after = EXACT_WORDS.replaced(before, wanted, unwanted)
    ask(driver.connection, path, method="PUT", data={"tags": after})


@reads("sizes")
def list_sizes(driver: Any) -> list[SizeRecord]:
    return records_of(SizeRecord, pages(driver, TYPES), size_of)


@reads("images")
def list_images(driver: Any, search: str | None = None) -> list[ImageRecord]:
    """Without ``search``, those that Linode still supports."""
    found = pages(driver, IMAGES)
    if search is None:
        supported = (image for image in found if not Reading(image).flag("deprecated"))
        return records_of(ImageRecord, supported, image_of)
    word = search
    images = records_of(ImageRecord, found, image_of)
    return [image for image in images if image.external_id == search or contains(image.name, word)]


@reads("locations")
def list_locations(driver: Any) -> list[LocationRecord]:
    """The regions that sell Linodes."""
    regions = (region for region in pages(driver, "/v4/regions") if _sells_linodes(Reading(region)))
    return records_of(LocationRecord, regions, location_of)


def _sells_linodes(region: Reading) -> bool:
    """True if the region does not say what it sells."""
    sold = region.texts("capabilities")
    return "Linodes" in sold or not sold or region.problem is not None


def _machines(driver: Any, linodes: Iterable[Any]) -> list[MachineRecord]:
    return named(driver, records_of(MachineRecord, linodes, machine_of))


def _public_key(driver: Any, label: str) -> str:
    """The key that the token's user has stored under this label."""
    for key in pages(driver, "/v4/profile/sshkeys"):
        if Reading(key).text("label") == label:
            return str(part(key, "ssh_key", str))
    raise ProviderError(ProviderErrorCode.NOT_FOUND, f"Linode knows no SSH key {label!r} of yours.")
