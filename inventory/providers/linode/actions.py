"""What libcloud has no method for, or not a right one: techdocs.akamai.com/linode-api."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.flat_tags import EXACT_WORDS, words_of
from inventory.providers.generic import found_images
from inventory.providers.linode.names import named
from inventory.providers.reading import Reading
from inventory.providers.rest import ask, asked_by_id, part
from inventory.providers.table import does, reads
from inventory.types import ImageRecord, MachineRecord, NewMachine


@reads("images")
def list_images(driver: Any, search: str | None = None) -> list[ImageRecord]:
    """With ``search`` libcloud's list; else those of it that Linode still supports."""
    if search is not None:
        return found_images(driver.list_images(), search)
    pages = driver.pages("/v4/images", "data")
    supported = (one for one in pages if not Reading(one).flag("deprecated"))
    return [*map(driver._to_image, supported)]  # noqa: SLF001 - libcloud's hook


@does("virtual_machines", "provision")
def create_machine(driver: Any, order: NewMachine) -> MachineRecord:
    """Libcloud's refuses names that Linode takes: those that begin with a digit."""
    encoded = base64.b64encode((order.user_data or "").encode()).decode()
    linode = {
        "label": order.name,
        "type": order.size_id,
        "image": order.image_id,
        "region": order.location_id or driver.list_locations()[0].external_id,
        "tags": words_of(order.tags),
        "root_pass": secrets.token_urlsafe(32),  # asked for by Linode; nobody needs to know it
        "authorized_keys": [_public_key(driver, order.key_pair)] if order.key_pair else None,
        "metadata": {"user_data": encoded} if encoded else None,
    }
    made = ask(driver.connection, driver.machines, method="POST", data=linode)
    return named(driver, [driver._to_node(made)])[0]  # noqa: SLF001 - libcloud's hook


@does("virtual_machines", "tag")
def tag_machine(
    driver: Any, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> None:
    """Linode takes the whole list, so what somebody else changes in between is lost."""
    before = asked_by_id(driver.connection, driver.machines, external_id).get("tags") or []
    after = EXACT_WORDS.replaced(before, wanted, unwanted)
    path = f"{driver.machines}/{external_id}"
    ask(driver.connection, path, method="PUT", data={"tags": after})


def _public_key(driver: Any, label: str) -> str:
    """The key that the token's user has stored under this label."""
    for key in driver.pages("/v4/profile/sshkeys", "data"):
        if Reading(key).text("label") == label:
            return str(part(key, "ssh_key", str))
    raise ProviderError(ProviderErrorCode.NOT_FOUND, f"Linode knows no SSH key {label!r} of yours.")
