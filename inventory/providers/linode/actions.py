"""What is done at Linode, each a function of the driver.

Bodies as the Linode API reference has them, techdocs.akamai.com/linode-api.
"""

import base64
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from gateway.core.folding import contains
from inventory.providers.addresses import addresses_of
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.flat_tags import EXACT_WORDS, pairs_of, words_of
from inventory.providers.generic import price_of
from inventory.providers.rest import act, ask, found_by_id, part
from inventory.types import (
    ImageRecord,
    LocationRecord,
    MachineRecord,
    MachineState,
    NewMachine,
    SizeRecord,
)

MIB_PER_GIB = 1024
INSTANCES = "/v4/linode/instances"
# "status" of a Linode, "View a Linode" in the Linode API v4 reference. What a migration or a
# rebuild ends in is not known before.
STATES = {
    "running": MachineState.RUNNING,
    "offline": MachineState.STOPPED,
    "stopped": MachineState.STOPPED,
    "booting": MachineState.PENDING,
    "rebooting": MachineState.REBOOTING,
    "shutting_down": MachineState.STOPPING,
    "provisioning": MachineState.PENDING,
    "deleting": MachineState.STOPPING,
    "migrating": MachineState.PENDING,
    "rebuilding": MachineState.PENDING,
    "cloning": MachineState.PENDING,
    "restoring": MachineState.PENDING,
    "resizing": MachineState.PENDING,
}


def pages(driver: Any, path: str) -> Iterator[dict[str, Any]]:
    """What is on every page. One that fails fails the listing."""
    number, last = 1, 1
    while number <= last:
        body = ask(driver.connection, path, page=number)
        yield from part(body, "data", list)
        last = part(body, "pages", int)
        number += 1


def list_machines(driver: Any) -> list[MachineRecord]:
    return [_machine(linode) for linode in pages(driver, INSTANCES)]


def find_machine(driver: Any, external_id: str) -> MachineRecord | None:
    linode = found_by_id(driver.connection, INSTANCES, external_id)
    return None if linode is None else _machine(linode)


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
    return _machine(ask(driver.connection, INSTANCES, method="POST", data=linode))


def resize_machine(driver: Any, external_id: str, size_id: str) -> None:
    """Its disks stay as they are; they could not shrink again."""
    change = {"type": size_id, "allow_auto_disk_resize": False}
    act(driver.connection, f"{INSTANCES}/{external_id}/resize", data=change)


def tag_machine(
    driver: Any, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> None:
    """Linode takes the whole list, so what somebody else changes in between is lost."""
    path = f"{INSTANCES}/{external_id}"
    before = ask(driver.connection, path).get("tags") or []
    after = EXACT_WORDS.replaced(before, wanted, unwanted)
    ask(driver.connection, path, method="PUT", data={"tags": after})


def list_sizes(driver: Any) -> list[SizeRecord]:
    return [
        SizeRecord(
            external_id=size["id"],
            name=size["label"],
            memory=size["memory"],
            vcpus=size["vcpus"],
            disk=size["disk"] // MIB_PER_GIB,
            price_per_hour=price_of((size.get("price") or {}).get("hourly")),
        )
        for size in pages(driver, "/v4/linode/types")
    ]


def list_images(driver: Any, search: str | None) -> list[ImageRecord]:
    """Without ``search``, those that Linode still supports."""
    word = search or ""
    return [
        ImageRecord(external_id=image["id"], name=image["label"])
        for image in pages(driver, "/v4/images")
        if (search is None and not image.get("deprecated"))
        or (search is not None and (image["id"] == search or contains(image["label"], word)))
    ]


def list_locations(driver: Any) -> list[LocationRecord]:
    return [
        LocationRecord(external_id=region["id"], name=region.get("label") or region["id"])
        for region in pages(driver, "/v4/regions")
        if "Linodes" in region["capabilities"]
    ]


def _machine(linode: dict[str, Any]) -> MachineRecord:
    specs = linode.get("specs") or {}
    raw_state = str(linode["status"])
    disk = specs.get("disk")
    # "ipv6" is the SLAAC address with the length of its prefix: "2600:3c00::f03c/128".
    ipv6 = str(linode.get("ipv6") or "").partition("/")[0]
    public, private = addresses_of(unnamed=[*(linode.get("ipv4") or []), ipv6])
    return MachineRecord(
        external_id=str(linode["id"]),
        name=linode.get("label") or str(linode["id"]),
        state=STATES.get(raw_state, MachineState.UNKNOWN),
        raw_state=raw_state,
        size_id=linode.get("type"),
        size_name=linode.get("type"),
        memory=specs.get("memory"),
        vcpus=specs.get("vcpus"),
        disk=disk // MIB_PER_GIB if disk else None,
        image_id=linode.get("image"),
        image_name=linode.get("image"),
        location_id=linode.get("region"),
        location_name=linode.get("region"),
        public_ips=public,
        private_ips=private,
        tags=pairs_of(linode.get("tags") or []),
        created_at=datetime.fromisoformat(linode["created"]).replace(tzinfo=UTC),
    )


def _public_key(driver: Any, label: str) -> str:
    """The key that the token's user has stored under this label."""
    for key in pages(driver, "/v4/profile/sshkeys"):
        if key["label"] == label:
            return str(key["ssh_key"])
    raise ProviderError(ProviderErrorCode.NOT_FOUND, f"Linode knows no SSH key {label!r} of yours.")
