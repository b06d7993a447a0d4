"""What is done at EC2, each a function of the driver."""

import base64
from collections.abc import Mapping, Sequence

from libcloud.common.exceptions import BaseHTTPError
from libcloud.common.types import MalformedResponseError

from inventory.providers.ec2.catalog import PUBLISHERS, sizes_of
from inventory.providers.ec2.driver import EC2Driver
from inventory.providers.ec2.parse import images_in, machines_in, zones_in
from inventory.types import (
    ImageRecord,
    LocationRecord,
    MachineRecord,
    NewMachine,
    SizeRecord,
)

PAGE = "1000"  # EC2's largest


def list_machines(driver: EC2Driver) -> list[MachineRecord]:
    return [
        machine
        for page in driver.pages("DescribeInstances", MaxResults=PAGE)
        for machine in machines_in(page, driver.region_name)
    ]


def find_machine(driver: EC2Driver, external_id: str) -> MachineRecord | None:
    try:
        reply = driver.ask("DescribeInstances", **{"InstanceId.1": external_id})
    except BaseHTTPError as error:
        # Only this word says so: a wrong address has nothing under it either.
        if str(error).startswith("InvalidInstanceID."):
            return None
        raise
    return next(machines_in(reply, driver.region_name), None)


def create_machine(driver: EC2Driver, order: NewMachine) -> MachineRecord:
    """RunInstances; the client token makes a repeated order answer with the same machine."""
    reply = driver.ask("RunInstances", **_order_parameters(order))
    machine = next(machines_in(reply, driver.region_name), None)
    if machine is None:
        message = "RunInstances was answered without an instance."
        raise MalformedResponseError(message, driver=driver)
    return machine


def start_machine(driver: EC2Driver, external_id: str) -> None:
    driver.ask("StartInstances", **{"InstanceId.1": external_id})


def stop_machine(driver: EC2Driver, external_id: str) -> None:
    driver.ask("StopInstances", **{"InstanceId.1": external_id})


def reboot_machine(driver: EC2Driver, external_id: str) -> None:
    driver.ask("RebootInstances", **{"InstanceId.1": external_id})


def resize_machine(driver: EC2Driver, external_id: str, size_id: str) -> None:
    """EC2 refuses an instance that is not stopped."""
    driver.ask(
        "ModifyInstanceAttribute",
        **{"InstanceId": external_id, "InstanceType.Value": size_id},
    )


def tag_machine(
    driver: EC2Driver, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> None:
    if wanted:
        driver.ask("CreateTags", **{"ResourceId.1": external_id}, **_tags("Tag", wanted))
    if unwanted:
        keys = {f"Tag.{number}.Key": key for number, key in enumerate(unwanted, start=1)}
        driver.ask("DeleteTags", **{"ResourceId.1": external_id}, **keys)


def terminate_machine(driver: EC2Driver, external_id: str) -> None:
    driver.ask("TerminateInstances", **{"InstanceId.1": external_id})


def list_sizes(driver: EC2Driver) -> list[SizeRecord]:
    return list(sizes_of(driver.region_name).values())


def list_images(driver: EC2Driver, search: str | None) -> list[ImageRecord]:
    """One's own and the usual publishers'; with ``search``, anybody's of that id or name."""
    if search is None:
        listings = [{"Owner.1": "self"}, *(_of_publisher(*entry) for entry in PUBLISHERS)]
    elif search.startswith("ami-"):
        listings = [_filters({"image-id": (search,)})]
    else:
        listings = [_filters({"name": (f"*{search}*",), "state": ("available",)})]
    found = (
        image
        for listing in listings
        for page in driver.pages("DescribeImages", **listing)
        for image in images_in(page)
    )
    return list({image.external_id: image for image in found}.values())


def list_locations(driver: EC2Driver) -> list[LocationRecord]:
    """Zones by their names; libcloud's own ids are places in a list."""
    return list(zones_in(driver.ask("DescribeAvailabilityZones")))


def _order_parameters(order: NewMachine) -> dict[str, str]:
    parameters = {
        "ImageId": order.image_id,
        "InstanceType": order.size_id,
        "MinCount": "1",
        "MaxCount": "1",
        "ClientToken": order.client_token,
        "TagSpecification.1.ResourceType": "instance",
    }
    if order.location_id:
        parameters["Placement.AvailabilityZone"] = order.location_id
    if order.key_pair:
        parameters["KeyName"] = order.key_pair
    if order.user_data:
        parameters["UserData"] = base64.b64encode(order.user_data.encode()).decode()
    for number, group in enumerate(order.security_groups, start=1):
        # A group is named by its id in most networks, by its name in the default one.
        kind = "SecurityGroupId" if group.startswith("sg-") else "SecurityGroup"
        parameters[f"{kind}.{number}"] = group
    return parameters | _tags("TagSpecification.1.Tag", {"Name": order.name, **dict(order.tags)})


def _tags(prefix: str, tags: Mapping[str, str]) -> dict[str, str]:
    parameters = {}
    for number, (key, value) in enumerate(tags.items(), start=1):
        parameters[f"{prefix}.{number}.Key"] = key
        parameters[f"{prefix}.{number}.Value"] = value
    return parameters


def _of_publisher(account: str, names: tuple[str, ...]) -> dict[str, str]:
    return {"Owner.1": account} | _filters({"name": names, "state": ("available",)})


def _filters(filters: dict[str, tuple[str, ...]]) -> dict[str, str]:
    parameters = {}
    for number, (name, values) in enumerate(filters.items(), start=1):
        parameters[f"Filter.{number}.Name"] = name
        for place, value in enumerate(values, start=1):
            parameters[f"Filter.{number}.Value.{place}"] = value
    return parameters
