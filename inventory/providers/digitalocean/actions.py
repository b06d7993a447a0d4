"""What is done at DigitalOcean, each a function of the driver.

Bodies as the DigitalOcean API reference has them, docs.digitalocean.com/reference/api.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from libcloud.common.types import MalformedResponseError

from gateway.core.folding import contains
from inventory.providers.accepted import OperationId, operation_id
from inventory.providers.digitalocean.parse import (
    image_id_of,
    image_of,
    location_of,
    machine_of,
    size_of,
    slug_of,
)
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.flat_tags import WordRules, words_of
from inventory.providers.identity import id_at
from inventory.providers.paging import NumberedPage, each_page, total_of, unchanged_list
from inventory.providers.reading import Reading, distinct, records_of
from inventory.providers.rest import act, ask, asked_by_id, found_by_id, part, segment
from inventory.providers.table import beside, does, reads
from inventory.providers.tags import ignoring_case
from inventory.types import ImageRecord, LocationRecord, MachineRecord, NewMachine, SizeRecord

# "Tag names are case stable": docs.digitalocean.com/reference/api/reference/tags
TAGS = WordRules(word=ignoring_case)
DROPLETS = "/v2/droplets"


def pages(driver: Any, path: str, name: str, **params: Any) -> list[Any]:
    """The items of the list ``name`` on every page. A page that fails fails the listing."""

    def read_pages() -> Iterator[NumberedPage]:
        numbers = itertools.count(1)

        def read(_link: str | None) -> dict[str, Any]:
            return ask(driver.connection, path, page=next(numbers), **params)

        for body in each_page(read, _next_link):
            # "meta.total: Number of objects returned by the request", in each list of the reference
            yield NumberedPage(part(body, name, list), total_of(body, "meta", "total"))

    return unchanged_list(read_pages)


def _next_link(body: dict[str, Any]) -> str | None:
    """Raises MalformedResponseError if the link to the next page cannot be read."""
    found = Reading(body)
    following = found.text("links", "pages", "next")
    if found.problem:
        raise MalformedResponseError(found.problem)
    return following


@reads("virtual_machines")
def list_machines(driver: Any) -> list[MachineRecord]:
    """Two lists: "By default, only non-GPU Droplets are returned", says the API reference."""
    droplets = (
        droplet
        for chosen in ({}, {"type": "gpus"})
        for droplet in pages(driver, DROPLETS, "droplets", **chosen)
    )
    return distinct(records_of(MachineRecord, droplets, machine_of))


@beside("find", "virtual_machines")
def find_machine(driver: Any, external_id: str) -> MachineRecord | None:
    droplet = found_by_id(driver.connection, DROPLETS, external_id, "droplet")
    return None if droplet is None else _machine(droplet)


@does("virtual_machines", "provision")
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
    body = ask(driver.connection, DROPLETS, method="POST", data=given)
    return _machine(part(body, "droplet", dict))


@does("virtual_machines", "start")
def start_machine(driver: Any, external_id: str) -> OperationId | None:
    return _begin(driver, external_id, "power_on")


@does("virtual_machines", "stop")
def stop_machine(driver: Any, external_id: str) -> OperationId | None:
    """The guest is asked to shut down; it is not cut off."""
    return _begin(driver, external_id, "shutdown")


@does("virtual_machines", "reboot")
def reboot_machine(driver: Any, external_id: str) -> OperationId | None:
    return _begin(driver, external_id, "reboot")


@does("virtual_machines", "resize")
def resize_machine(driver: Any, external_id: str, size_id: str) -> OperationId | None:
    """Processors and memory; a disk that has grown could not shrink again."""
    return _begin(driver, external_id, "resize", size=size_id, disk=False)


def _begin(driver: Any, external_id: str, kind: str, **details: Any) -> OperationId | None:
    """Have an action begun. libcloud's methods return whether it was accepted, without its id."""
    path = actions_of(external_id)
    body = act(driver.connection, path, data={"type": kind, **details})
    return operation_id(id_at(body, "action", "id"))


def actions_of(external_id: str) -> str:
    """The path of a droplet's actions."""
    return f"{DROPLETS}/{segment(external_id)}/actions"


@does("virtual_machines", "tag")
def tag_machine(
    driver: Any, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> None:
    droplet = asked_by_id(driver.connection, DROPLETS, external_id, "droplet")
    before = droplet.get("tags") or []
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


@reads("sizes")
def list_sizes(driver: Any) -> list[SizeRecord]:
    sizes = _offered(pages(driver, "/v2/sizes", "sizes"))
    return records_of(SizeRecord, sizes, size_of, slug_of)


@reads("images")
def list_images(driver: Any, search: str | None = None) -> list[ImageRecord]:
    """Distributions and one's own; with ``search``, applications too."""
    choices = [{"type": "distribution"}, {"private": "true"}] if search is None else [{}]
    found = (
        image for choice in choices for image in pages(driver, "/v2/images", "images", **choice)
    )
    images = distinct(records_of(ImageRecord, found, image_of, image_id_of))
    word = search or ""
    return [
        image
        for image in images
        if search is None or image.external_id == search or contains(image.name, word)
    ]


@reads("locations")
def list_locations(driver: Any) -> list[LocationRecord]:
    regions = _offered(pages(driver, "/v2/regions", "regions"))
    return records_of(LocationRecord, regions, location_of, slug_of)


def _offered(entries: Iterable[Any]) -> Iterator[Any]:
    """The entries of a catalogue that are not reported as unavailable."""
    return (entry for entry in entries if Reading(entry).flag("available") is not False)


def _machine(droplet: dict[str, Any]) -> MachineRecord:
    return records_of(MachineRecord, [droplet], machine_of)[0]


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
