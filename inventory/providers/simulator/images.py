"""Images of a simulated cloud, public ones and the account's own, refused as EC2 refuses."""

from typing import Any

from inventory.providers.generic import found_images
from inventory.providers.simulator import stock, world
from inventory.providers.simulator.object_store import Facts, Thing
from inventory.providers.simulator.object_store import things as stored
from inventory.providers.simulator.objects import Kind, create, delete, things, word_of
from inventory.providers.simulator.times import moment_of, tags_of
from inventory.providers.table import beside, does, reads
from inventory.records.image import ImageRecord, ImageState, NewImage
from inventory.types import MachineState

OWN = Kind("images", "img-", stock.images)
SHORTEST_NAME = 3


@reads("images")
def list_images(driver: Any, search: str | None = None) -> list[ImageRecord]:
    driver.call()
    return found_images(_images(driver).values(), search)


@beside("find", "images")
def find_image(driver: Any, external_id: str) -> ImageRecord | None:
    driver.call()
    return _images(driver).get(external_id)


@does("images", "create")
def create_image(driver: Any, order: NewImage) -> ImageRecord:
    return _image(create(driver, OWN, order.client_token, lambda: image_facts(driver, order)))


def image_facts(driver: Any, order: NewImage) -> Facts:
    """The facts of the ordered image. Raises as EC2 does."""
    machine = driver.machines().get(order.machine_id)
    if machine is None or machine.state is MachineState.TERMINATED:
        raise driver.refusal("InvalidInstanceID.NotFound", f"there is no {order.machine_id!r}.")
    if len(order.name) < SHORTEST_NAME:
        raise driver.refusal("InvalidAMIName.Malformed", "a name has 3 characters or more.")
    if any(one.facts["name"] == order.name for one in things(driver, OWN).values()):
        raise driver.refusal("InvalidAMIName.Duplicate", f"there is an image {order.name!r}.")
    return {
        "name": order.name,
        "size": machine.disk,
        "machine": order.machine_id,
        "description": order.description,
        "tags": sorted(list(pair) for pair in order.tags),
    }


@does("images", "delete")
def delete_image(driver: Any, external_id: str) -> None:
    refuse_public(driver, external_id)
    delete(driver, OWN, external_id, lambda _image: None)


def refuse_public(driver: Any, external_id: str) -> None:
    if external_id in world.IMAGES:
        raise driver.refusal("AuthFailure", f"not authorized for the image {external_id!r}.")


def offered_images(driver: Any) -> set[str]:
    """The ids of those that a machine can be ordered from now."""
    found = _images(driver).items()
    return {key for key, image in found if image.state is ImageState.AVAILABLE}


def names_of_made(driver: Any) -> dict[str, str]:
    """The names of the account's own by id, also of those that are gone: machines outlive them."""
    made = {key: Thing(key, facts) for key, facts in stock.images(driver).items()}
    made |= stored(driver.store, driver.place.region, OWN.resource)
    return {key: one.facts["name"] for key, one in made.items()}


def _images(driver: Any) -> dict[str, ImageRecord]:
    own = {key: _image(thing) for key, thing in things(driver, OWN).items()}
    return {**world.IMAGES, **own}


def _image(thing: Thing) -> ImageRecord:
    facts, word = thing.facts, word_of(OWN, thing)
    return ImageRecord(
        external_id=thing.external_id,
        name=facts["name"],
        state=ImageState[word.upper()],
        raw_state=word,
        created_at=moment_of(facts),
        size=facts["size"],
        architecture="x86_64",
        public=False,
        own=True,
        description=facts["description"],
        machine_id=facts["machine"],
        tags=tags_of(facts),
    )
