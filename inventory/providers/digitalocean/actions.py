"""What libcloud has no method for, or not a right one: docs.digitalocean.com/reference/api."""

from collections.abc import Mapping, Sequence
from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.flat_tags import WordRules, words_of
from inventory.providers.generic import found_images
from inventory.providers.libcloud.methods import image_named, location_named, size_named
from inventory.providers.reading import distinct
from inventory.providers.rest import act, ask, asked_by_id, part, segment
from inventory.providers.table import does, reads
from inventory.providers.tags import ignoring_case
from inventory.types import ImageRecord, MachineRecord, NewMachine

# "Tag names are case stable": docs.digitalocean.com/reference/api/reference/tags
TAGS = WordRules(word=ignoring_case)


@reads("images")
def list_images(driver: Any, search: str | None = None) -> list[ImageRecord]:
    """With ``search`` libcloud's list, which has applications too; else what is worth offering."""
    if search is not None:
        return found_images(distinct(driver.list_images()), search)
    choices = ({"type": "distribution"}, {"private": "true"})
    found = (one for choice in choices for one in driver.pages("/v2/images", "images", choice))
    return distinct(map(driver._to_image, found))  # noqa: SLF001 - libcloud's hook


@does("virtual_machines", "provision")
def create_machine(driver: Any, order: NewMachine) -> MachineRecord:
    """Without a location DigitalOcean chooses one."""
    keys = [order.key_pair] if order.key_pair else None
    made: MachineRecord = driver.create_node(
        order.name,
        size_named(driver, order.size_id),
        image_named(driver, order.image_id),
        location_named(driver, order.location_id),
        ex_create_attr={"tags": words_of(order.tags), "ssh_keys": keys},
        ex_user_data=order.user_data,
    )
    return made


@does("virtual_machines", "tag")
def tag_machine(
    driver: Any, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> None:
    droplet = asked_by_id(driver.connection, driver.machines, external_id, driver.machine)
    before = droplet.get("tags") or []
    after = TAGS.replaced(before, wanted, unwanted)
    for word in after:
        if word not in before:
            _add_tag(driver, external_id, word)
    for word in before:
        if word not in after:
            _change_tag(driver, external_id, word, "DELETE")


def _add_tag(driver: Any, external_id: str, word: str) -> None:
    """A tag that the team does not have in this spelling is created first, or found in another."""
    try:
        _change_tag(driver, external_id, word)
    except ProviderError as error:
        if error.code is not ProviderErrorCode.NOT_FOUND:
            raise
        _change_tag(driver, external_id, _known_spelling(driver, word))


def _change_tag(driver: Any, external_id: str, word: str, method: str = "POST") -> None:
    resources = [{"resource_id": external_id, "resource_type": "droplet"}]
    path = f"/v2/tags/{segment(word)}/resources"
    act(driver.connection, path, method=method, data={"resources": resources})


def _known_spelling(driver: Any, word: str) -> str:
    """The spelling that the team's tag has. A tag is addressed by this one only."""
    try:
        body = ask(driver.connection, "/v2/tags", method="POST", data={"name": word})
        return str(part(part(body, "tag", dict), "name", str))
    except ProviderError as error:
        known = [str(tag["name"]) for tag in driver.pages("/v2/tags", "tags")]
        same = [name for name in known if TAGS.key(name) == TAGS.key(word)]
        if not same:
            raise error from None
        return same[0]
