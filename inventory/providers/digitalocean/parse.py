"""DigitalOcean's JSON to our records."""

from inventory.providers.addresses import addresses_of
from inventory.providers.flat_tags import pairs_of
from inventory.providers.reading import UNKNOWN_WORD, Reading
from inventory.types import (
    ImageRecord,
    LocationRecord,
    MachineRecord,
    MachineState,
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


def machine_of(found: Reading) -> MachineRecord:
    external_id = found.identifier("id") or ""
    image = found.part("image")
    raw_state = found.text("status", required=True) or UNKNOWN_WORD
    size_id = found.text("size_slug")
    public, private = _addresses(found)
    return MachineRecord(
        external_id=external_id,
        name=found.text("name", required=True) or external_id,
        state=STATES.get(raw_state, MachineState.UNKNOWN),
        raw_state=raw_state,
        size_id=size_id,
        size_name=size_id,
        memory=found.number("memory"),
        vcpus=found.number("vcpus"),
        disk=found.number("disk"),
        price_per_hour=found.price("size", "price_hourly"),
        image_id=image_id_of(image) if image else None,
        image_name=_image_name(image) if image else None,
        location_id=found.text("region", "slug"),
        location_name=found.text("region", "name"),
        public_ips=public,
        private_ips=private,
        tags=pairs_of(found.texts("tags")),
        created_at=found.moment("created_at", required=True),
        problem=found.problem,
    )


def size_of(found: Reading) -> SizeRecord:
    slug = slug_of(found) or ""
    return SizeRecord(
        external_id=slug,
        name=slug,
        memory=found.number("memory", required=True),
        vcpus=found.number("vcpus", required=True),
        disk=found.number("disk"),
        price_per_hour=found.price("price_hourly"),
        problem=found.problem,
    )


def image_of(found: Reading) -> ImageRecord:
    external_id = image_id_of(found) or ""
    name = _image_name(found) or external_id
    return ImageRecord(external_id=external_id, name=name, problem=found.problem)


def location_of(found: Reading) -> LocationRecord:
    slug = slug_of(found) or ""
    name = found.text("name", required=True) or slug
    return LocationRecord(external_id=slug, name=name, problem=found.problem)


def slug_of(found: Reading) -> str | None:
    return found.text("slug", required=True)


def image_id_of(found: Reading) -> str | None:
    """The slug of a public image, which an order takes as well as the number."""
    return found.text("slug") or found.identifier("id")


def _image_name(found: Reading) -> str | None:
    return " ".join(filter(None, (found.text("distribution"), found.text("name")))) or None


def _addresses(found: Reading) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Public ones, a reserved address too, and those of VPC networks."""
    every = [*found.parts("networks", "v4"), *found.parts("networks", "v6")]
    known = [(one.text("type"), one.text("ip_address")) for one in every]
    return addresses_of(
        public=[address for kind, address in known if kind == "public"],
        private=[address for kind, address in known if kind == "private"],
    )
