"""What each action on a machine asks of EC2, as data: the action and a dry run ask the same."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from inventory.types import NewMachine


@dataclass(frozen=True, slots=True)
class Call:
    """One request: EC2's name of the action, and its parameters (user data may hold secrets)."""

    action: str
    parameters: dict[str, str] = field(repr=False)


def start(external_id: str) -> Call:
    return Call("StartInstances", {"InstanceId.1": external_id})


def stop(external_id: str) -> Call:
    return Call("StopInstances", {"InstanceId.1": external_id})


def reboot(external_id: str) -> Call:
    return Call("RebootInstances", {"InstanceId.1": external_id})


def terminate(external_id: str) -> Call:
    return Call("TerminateInstances", {"InstanceId.1": external_id})


def resize(external_id: str, size_id: str) -> Call:
    return Call(
        "ModifyInstanceAttribute", {"InstanceId": external_id, "InstanceType.Value": size_id}
    )


def tag(external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]) -> list[Call]:
    """Two calls at most; asking both again has the same end."""
    resource = {"ResourceId.1": external_id}
    calls = []
    if wanted:
        calls.append(Call("CreateTags", resource | _tags("Tag", wanted)))
    if unwanted:
        # Without values: a tag goes whatever its value is.
        keys = {f"Tag.{number}.Key": key for number, key in enumerate(unwanted, start=1)}
        calls.append(Call("DeleteTags", resource | keys))
    return calls


def create(order: NewMachine) -> Call:
    """The client token makes a repeated order answer with the same machine."""
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
    tags = {"Name": order.name, **dict(order.tags)}
    return Call("RunInstances", parameters | _tags("TagSpecification.1.Tag", tags))


def _tags(prefix: str, tags: Mapping[str, str]) -> dict[str, str]:
    parameters = {}
    for number, (key, value) in enumerate(tags.items(), start=1):
        parameters[f"{prefix}.{number}.Key"] = key
        parameters[f"{prefix}.{number}.Value"] = value
    return parameters
