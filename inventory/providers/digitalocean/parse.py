"""DigitalOcean's JSON to our records; libcloud's objects have one address of each kind, no IPv6."""

from typing import Any

from inventory.providers.addresses import addresses_of
from inventory.providers.libcloud.reader import Reader
from inventory.providers.reading import Reading
from inventory.types import ImageRecord, LocationRecord, MachineRecord, MachineState, SizeRecord

# "status" in "Droplets" of the API reference. Archived ones cannot be started.
STATES = {
    "new": MachineState.PENDING,
    "active": MachineState.RUNNING,
    "off": MachineState.STOPPED,
    "archive": MachineState.TERMINATED,
}


def _more(found: Reading) -> dict[str, Any]:
    """Its image and addresses: public ones, a reserved one too, and those of VPC networks."""
    image = found.part("image")
    every = [*found.parts("networks", "v4"), *found.parts("networks", "v6")]
    known = [(one.text("type"), one.text("ip_address")) for one in every]
    public, private = addresses_of(
        public=[address for kind, address in known if kind == "public"],
        private=[address for kind, address in known if kind == "private"],
    )
    named = {"image_id": _image_id(image), "image_name": _image_name(image)} if image else {}
    return {"public_ips": public, "private_ips": private, **named}


def _image(found: Reading) -> dict[str, Any]:
    return {"external_id": _image_id(found), "name": _image_name(found)}


def _image_id(found: Reading) -> str | None:
    """The slug of a public image, which an order takes as well as the number."""
    return found.text("slug") or found.identifier("id")


def _image_name(found: Reading) -> str | None:
    return " ".join(filter(None, (found.text("distribution"), found.text("name")))) or None


DROPLET = Reader(
    MachineRecord,
    "name! raw_state=status! size_id=size_slug size_name=size_slug memory vcpus disk "
    "price_per_hour=size.price_hourly location_id=region.slug location_name=region.name "
    "tags created_at!",
    _more,
    STATES,
)
SIZE = Reader(
    SizeRecord, "external_id=slug! name=slug memory! vcpus! disk price_per_hour=price_hourly"
)
IMAGE = Reader(ImageRecord, "", _image)
REGION = Reader(LocationRecord, "external_id=slug! name!")
