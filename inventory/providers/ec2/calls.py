"""The EC2 request of each action on a machine, as data: an action and its dry run send the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inventory.providers.capability import Capability
from inventory.types import NewMachine, SpotOrder

ON_INSTANCES = {
    Capability.START: "start_instances",
    Capability.STOP: "stop_instances",
    Capability.REBOOT: "reboot_instances",
    Capability.TERMINATE: "terminate_instances",
}


@dataclass(frozen=True, slots=True)
class Call:
    """A method of boto3's client, and its parameters (user data may hold secrets)."""

    operation: str
    parameters: dict[str, Any] = field(repr=False)


def on_instance(capability: Capability, external_id: str) -> Call:
    return Call(ON_INSTANCES[capability], {"InstanceIds": [external_id]})


def resize(external_id: str, size_id: str) -> Call:
    size = {"Value": size_id}
    return Call("modify_instance_attribute", {"InstanceId": external_id, "InstanceType": size})


def tag(external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]) -> list[Call]:
    """Two calls at most; asking both again has the same end."""
    calls = []
    if wanted:
        calls.append(Call("create_tags", {"Resources": [external_id], "Tags": _tags(wanted)}))
    if unwanted:
        # Without values: a tag goes whatever its value is.
        keys = [{"Key": key} for key in unwanted]
        calls.append(Call("delete_tags", {"Resources": [external_id], "Tags": keys}))
    return calls


def create(order: NewMachine) -> Call:
    """The client token makes a repeated order answer with the same machine."""
    tags = _tags({"Name": order.name, **dict(order.tags)})
    parameters: dict[str, Any] = {
        "ImageId": order.image_id,
        "InstanceType": order.size_id,
        "MinCount": 1,
        "MaxCount": 1,
        "ClientToken": order.client_token,
        "TagSpecifications": [{"ResourceType": "instance", "Tags": tags}],
    }
    if order.spot is not None:
        parameters["InstanceMarketOptions"] = _market(order.spot)
    if order.location_id:
        parameters["Placement"] = {"AvailabilityZone": order.location_id}
    if order.key_pair:
        parameters["KeyName"] = order.key_pair
    if order.user_data:
        parameters["UserData"] = order.user_data  # boto3 encodes it
    # A group is named by its id in most networks, by its name in the default one.
    ids = [group for group in order.security_groups if group.startswith("sg-")]
    names = [group for group in order.security_groups if group not in ids]
    parameters |= {"SecurityGroupIds": ids} if ids else {}
    parameters |= {"SecurityGroups": names} if names else {}
    return Call("run_instances", parameters)


def _market(spot: SpotOrder) -> dict[str, Any]:
    """A request for one machine, which ends with it: AWS asks for no second one."""
    options = {"SpotInstanceType": "one-time", "InstanceInterruptionBehavior": "terminate"}
    if spot.max_price_per_hour is not None:
        options["MaxPrice"] = f"{spot.max_price_per_hour:f}"
    return {"MarketType": "spot", "SpotOptions": options}


def filters(wanted: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """``wanted``: the values of each filter, of which one must match."""
    return [{"Name": name, "Values": list(values)} for name, values in wanted.items()]


def _tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
