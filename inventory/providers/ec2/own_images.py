"""Images of the account: created from an instance, and deregistered.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html: without ``NoReboot``,
EC2 shuts the instance down, creates the image and starts the instance again.
API_DeregisterImage.html: ``DeleteAssociatedSnapshots`` is false where it is not given.
"""

from typing import Any

from inventory.providers.ec2.calls import Call
from inventory.providers.ec2.deeds import deed
from inventory.providers.ec2.driver import EC2Driver
from inventory.providers.ec2.tags import tagged
from inventory.providers.reading import Reading
from inventory.providers.table import does
from inventory.records.image import ImageRecord, ImageState, NewImage


@does("images", "create", permissions=("ec2:CreateImage", "ec2:CreateTags"))
def create_image(driver: EC2Driver, order: NewImage) -> ImageRecord:
    """The answer has the id alone."""
    call = create_call(driver, order)
    found = Reading(driver.call(call.operation, **call.parameters))
    return ImageRecord(
        external_id=found.text("ImageId", required=True) or "",
        name=order.name,
        state=ImageState.CREATING,
        raw_state="pending",
        own=True,
        description=order.description,
        machine_id=order.machine_id,
        tags=tuple(sorted(order.tags)),
        problem=found.problem,
    )


def create_call(driver: EC2Driver, order: NewImage) -> Call:
    """Its snapshots have the tags too: they stay when the image is deleted. A compatible cloud may
    refuse tags of snapshots here.
    """
    parameters: dict[str, Any] = {
        "InstanceId": order.machine_id,
        "Name": order.name,
        "NoReboot": True,
    }
    if order.description:
        parameters["Description"] = order.description
    tags = {"Name": order.name, **dict(order.tags)}
    kinds = ("image", "snapshot") if driver.is_amazons else ("image",)
    specifications = [tagged(kind, tags) for kind in kinds]
    return Call("create_image", parameters | {"TagSpecifications": specifications})


@deed("images", "delete", permissions="ec2:DeregisterImage")
def delete_image(_driver: EC2Driver, external_id: str) -> Call:
    """Its snapshots stay: volumes may be created from them."""
    return Call("deregister_image", {"ImageId": external_id})
