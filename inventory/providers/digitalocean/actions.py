"""What is done at DigitalOcean, each a function of the driver.

Bodies as the DigitalOcean API reference has them, docs.digitalocean.com/reference/api.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from gateway.core.folding import contains
from inventory.providers.addresses import addresses_of
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.flat_tags import WordRules, pairs_of, words_of
from inventory.providers.generic import node_named, price_of
from inventory.providers.rest import act, ask, found_by_id, part, segment
from inventory.providers.tags import ignoring_case
from inventory.types import (
    ImageRecord,
    LocationRecord,
    MachineRecord,
    MachineState,
    NewMachine,
    SizeRecord,
)

# "status" of a droplet, "Droplets" in the DigitalOcean API reference. Archived ones cannot be
# started.
STATES = {
    "new": MachineState.PENDING,
    "active": MachineState.RUNNING,
    "off": MachineState.STOPPED,
    "archive": MachineState.TERMINATED,
}
# "Tag names are case stable": docs.digitalocean.com/reference/api/reference/tags
TAGS = WordRules(word=ignoring_case)


def pages(driver: Any, path: str, name: str, **params: Any) -> Iterator[dict[str, Any]]:
    """What is called ``name`` on every page. One that fails fails the listing."""
    number, more = 1, True
    while more:
        body = ask(driver.connection, path, page=number, **params)
        yield from part(body, name, list)
        number += 1
        more = bool((body.get("links") or {}).get("pages", {}).get("next"))


def list_machines(driver: Any) -> list[MachineRecord]:
    """Two lists: "By default, only non-GPU Droplets are returned", says the API reference."""
    machines = {
        str(droplet["id"]): _machine(droplet)
        for chosen in ({}, {"type": "gpus"})
        for droplet in pages(driver, "/v2/droplets", "droplets", **chosen)
    }
    return list(machines.values())


def find_machine(driver: Any, external_id: str) -> MachineRecord | None:
    body = found_by_id(driver.connection, "/v2/droplets", external_id)
    return None if body is None else _machine(part(body, "droplet", dict))


def create_machine(driver: Any, order: NewMachine) -> MachineRecord:
    """Without a location DigitalOcean chooses one."""
    droplet = {
        "name": order.name,
        "size": order.size_id,
        "image": order.image_id,
        "region": order.location_id,
        "tags": words_of(order.tags),
        "ssh_keys": [order.key_pair] if order.key_pair else None,
        "user_data": order.user_data,
    }
    given = {name: value for name, value in droplet.items() if value is not None}
    body = ask(driver.connection, "/v2/droplets", method="POST", data=given)
    return _machine(part(body, "droplet", dict))


def start_machine(driver: Any, external_id: str) -> None:
    driver.ex_power_on_node(node_named(driver, external_id))


def stop_machine(driver: Any, external_id: str) -> None:
    """The guest is asked to shut down; it is not cut off."""
    driver.ex_shutdown_node(node_named(driver, external_id))


def resize_machine(driver: Any, external_id: str, size_id: str) -> None:
    """Processors and memory; a disk that has grown could not shrink again."""
    change = {"type": "resize", "size": size_id, "disk": False}
    ask(driver.connection, f"/v2/droplets/{external_id}/actions", method="POST", data=change)


def tag_machine(
    driver: Any, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> None:
    body = ask(driver.connection, f"/v2/droplets/{external_id}")
    before = part(body, "droplet", dict).get("tags") or []
    after = TAGS.replaced(before, wanted, unwanted)
    for word in after:
        if word not in before:
            _add_tag(driver, external_id, word)
    for word in before:
        if word not in after:
            act(
                driver.connection,
                f"/v2/tags/{segment(word)}/resources",
                method="DELETE",
                data=_droplet(external_id),
            )


def list_sizes(driver: Any) -> list[SizeRecord]:
    return [
        SizeRecord(
            external_id=size["slug"],
            name=size["slug"],
            memory=size["memory"],
            vcpus=size["vcpus"],
            disk=size["disk"],
            price_per_hour=price_of(size.get("price_hourly")),
        )
        for size in pages(driver, "/v2/sizes", "sizes")
        if size.get("available", True)
    ]


def list_images(driver: Any, search: str | None) -> list[ImageRecord]:
    """Distributions and one's own; with ``search``, applications too."""
    choices = [{"type": "distribution"}, {"private": "true"}] if search is None else [{}]
    images = {
        image.external_id: image
        for choice in choices
        for image in map(_image, pages(driver, "/v2/images", "images", **choice))
    }
    word = search or ""
    return [
        image
        for image in images.values()
        if search is None or image.external_id == search or contains(image.name, word)
    ]


def list_locations(driver: Any) -> list[LocationRecord]:
    return [
        LocationRecord(external_id=region["slug"], name=region["name"])
        for region in pages(driver, "/v2/regions", "regions")
        if region.get("available")
    ]


def _machine(droplet: dict[str, Any]) -> MachineRecord:
    image, size = droplet.get("image") or {}, droplet.get("size") or {}
    region = droplet.get("region") or {}
    raw_state = str(droplet["status"])
    public, private = _addresses(droplet)
    return MachineRecord(
        external_id=str(droplet["id"]),
        name=droplet.get("name") or str(droplet["id"]),
        state=STATES.get(raw_state, MachineState.UNKNOWN),
        raw_state=raw_state,
        size_id=droplet.get("size_slug"),
        size_name=droplet.get("size_slug"),
        memory=droplet.get("memory"),
        vcpus=droplet.get("vcpus"),
        disk=droplet.get("disk"),
        price_per_hour=price_of(size.get("price_hourly")),
        image_id=_image_id(image) if image else None,
        image_name=_image_name(image) if image else None,
        location_id=region.get("slug"),
        location_name=region.get("name"),
        public_ips=public,
        private_ips=private,
        tags=pairs_of(droplet.get("tags") or []),
        created_at=datetime.fromisoformat(droplet["created_at"]),
    )


def _addresses(droplet: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Public ones, a reserved address too, and those of VPC networks."""
    networks = droplet.get("networks") or {}
    found: dict[str, list[object]] = {"public": [], "private": []}
    for address in [*(networks.get("v4") or []), *(networks.get("v6") or [])]:
        found.setdefault(str(address.get("type")), []).append(address.get("ip_address"))
    return addresses_of(public=found["public"], private=found["private"])


def _image(image: dict[str, Any]) -> ImageRecord:
    return ImageRecord(external_id=_image_id(image), name=_image_name(image))


def _image_id(image: dict[str, Any]) -> str:
    """The slug of a public image, which an order takes as well as the number."""
    return image.get("slug") or str(image["id"])


def _image_name(image: dict[str, Any]) -> str:
    return " ".join(filter(None, (image.get("distribution"), image.get("name"))))


def _add_tag(driver: Any, external_id: str, word: str) -> None:
    """A tag that the team does not have in this spelling is created first, or found in another."""
    try:
        _tag_droplet(driver, external_id, word)
    except ProviderError as error:
        if error.code is not ProviderErrorCode.NOT_FOUND:
            raise
        _tag_droplet(driver, external_id, _known_spelling(driver, word))


def _tag_droplet(driver: Any, external_id: str, word: str) -> None:
    path = f"/v2/tags/{segment(word)}/resources"
    act(driver.connection, path, data=_droplet(external_id))


def _known_spelling(driver: Any, word: str) -> str:
    """The spelling that the team's tag has. A tag is addressed by this one only."""
    try:
        body = ask(driver.connection, "/v2/tags", method="POST", data={"name": word})
        return str(part(part(body, "tag", dict), "name", str))
    except ProviderError as error:
        known = [str(tag["name"]) for tag in pages(driver, "/v2/tags", "tags")]
        same = [name for name in known if TAGS.key(name) == TAGS.key(word)]
        if not same:
            raise error from None
        return same[0]


def _droplet(external_id: str) -> dict[str, Any]:
    return {"resources": [{"resource_id": external_id, "resource_type": "droplet"}]}
