"""What is done at Compute Engine, each a function of the driver.

Bodies from the Compute Engine API's reference, cloud.google.com/compute/docs/reference/rest/v1.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.core.folding import contains
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.google.parse import (
    PROJECTS,
    boot_disk,
    image_of,
    last,
    machine_of,
    path,
    size_of,
)
from inventory.providers.rest import ask, found, part, segment
from inventory.providers.tags import EXACT_TAGS
from inventory.types import (
    ImageRecord,
    LocationRecord,
    MachineRecord,
    MachineState,
    NewMachine,
    SizeRecord,
)

PAGE = "500"  # Google's largest
# Whose images people start from: "Operating system details" in the Compute Engine documentation.
PUBLISHERS = ("debian-cloud", "ubuntu-os-cloud")
NOTHING_HERE = "NO_RESULTS_ON_PAGE"


def pages(driver: Any, address: str, **params: Any) -> Iterator[dict[str, Any]]:
    """Every page of a listing. One that fails fails the listing."""
    token: str | None = ""
    while token is not None:
        given = params | ({"pageToken": token} if token else {})
        body = ask(driver.connection, address, maxResults=PAGE, **given)
        if body.get("unreachables"):
            message = f"Google could not ask {', '.join(body['unreachables'])}."
            raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
        yield body
        token = body.get("nextPageToken")


def everywhere(driver: Any, name: str, **params: Any) -> Iterator[dict[str, Any]]:
    """The resources of all zones. A zone that did not answer fails the listing."""
    for page in pages(driver, f"{driver.project}/aggregated/{name}", **params):
        for zone, scope in part(page, "items", dict).items():
            warning = (scope.get("warning") or {}).get("code", NOTHING_HERE)
            if warning != NOTHING_HERE:
                message = f"{zone} is not told by Google: {warning}."
                raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
            yield from scope.get(name) or []


def list_machines(driver: Any) -> list[MachineRecord]:
    """Three lists: an instance names neither its image nor its memory."""
    instances = list(everywhere(driver, "instances"))
    if not instances:
        return []
    images = {
        path(disk["selfLink"]): path(disk["sourceImage"])
        for disk in everywhere(driver, "disks")
        if disk.get("sourceImage")
    }
    names = sorted({last(instance["machineType"]) for instance in instances})
    wanted = " OR ".join(f"(name = {name})" for name in names)
    sizes = {one["name"]: size_of(one) for one in everywhere(driver, "machineTypes", filter=wanted)}
    return [machine_of(instance, images, sizes) for instance in instances]


def find_machine(driver: Any, external_id: str) -> MachineRecord | None:
    instance = _instance(driver, external_id)
    if instance is None:
        return None
    zone = f"{driver.project}/zones/{last(instance['zone'])}"
    source = boot_disk(instance)
    disk = found(driver.connection, f"{zone}/disks/{last(source)}") if source else None
    image = (disk or {}).get("sourceImage")
    size_id = last(instance["machineType"])
    size = found(driver.connection, f"{zone}/machineTypes/{size_id}")
    return machine_of(
        instance,
        {path(source): path(image)} if image else {},
        {size_id: size_of(size)} if size else {},
    )


def create_machine(driver: Any, order: NewMachine) -> MachineRecord:
    """The request's id makes a repeated order the same one."""
    zone = order.location_id or driver.zone
    instance: dict[str, Any] = {
        "name": order.name,
        "machineType": f"zones/{zone}/machineTypes/{order.size_id}",
        "labels": dict(order.tags),
        "disks": [
            {
                "boot": True,
                "autoDelete": True,
                "initializeParams": {"sourceImage": order.image_id},
            }
        ],
        "networkInterfaces": [
            {
                "network": f"global/networks/{driver.network}",
                "accessConfigs": [{"type": "ONE_TO_ONE_NAT", "name": "External NAT"}],
            }
        ],
    }
    if order.security_groups:
        instance["tags"] = {"items": list(order.security_groups)}
    if order.user_data:
        instance["metadata"] = {"items": [{"key": "user-data", "value": order.user_data}]}
    operation = ask(
        driver.connection,
        f"{driver.project}/zones/{segment(zone)}/instances",
        method="POST",
        data=instance,
        requestId=order.client_token,
    )
    external_id = str(operation.get("targetId") or "")
    if not external_id:
        message = "Google took the order without naming a machine."
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
    return MachineRecord(  # it may be unknown to its own cloud for a moment
        external_id=external_id,
        name=order.name,
        state=MachineState.PENDING,
        raw_state="PROVISIONING",
        size_id=order.size_id,
        size_name=order.size_id,
        image_id=order.image_id,
        image_name=last(order.image_id),
        location_id=zone,
        location_name=zone,
        tags=tuple(sorted(order.tags)),
    )


def start_machine(driver: Any, external_id: str) -> None:
    """What is suspended is resumed; Google starts only what is stopped."""
    instance = _known(driver, external_id)
    _do(driver, instance, "resume" if instance["status"] == "SUSPENDED" else "start")


def stop_machine(driver: Any, external_id: str) -> None:
    _do(driver, _known(driver, external_id), "stop")


def reboot_machine(driver: Any, external_id: str) -> None:
    _do(driver, _known(driver, external_id), "reset")


def suspend_machine(driver: Any, external_id: str) -> None:
    _do(driver, _known(driver, external_id), "suspend")


def resume_machine(driver: Any, external_id: str) -> None:
    _do(driver, _known(driver, external_id), "resume")


def resize_machine(driver: Any, external_id: str, size_id: str) -> None:
    instance = _known(driver, external_id)
    size = f"zones/{last(instance['zone'])}/machineTypes/{size_id}"
    _do(driver, instance, "setMachineType", {"machineType": size})


def tag_machine(
    driver: Any, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> None:
    """The fingerprint makes Google refuse when somebody else has changed them meanwhile."""
    instance = _known(driver, external_id)
    labels = EXACT_TAGS.changed(instance.get("labels") or {}, wanted, unwanted)
    change = {"labels": labels, "labelFingerprint": instance.get("labelFingerprint", "")}
    _do(driver, instance, "setLabels", change)


def terminate_machine(driver: Any, external_id: str) -> None:
    ask(driver.connection, address_of(driver, external_id), method="DELETE")


def list_sizes(driver: Any) -> list[SizeRecord]:
    address = f"{driver.project}/zones/{segment(driver.zone)}/machineTypes"
    return [
        size_of(one)
        for page in pages(driver, address)
        for one in page.get("items") or []
        if not one.get("deprecated")
    ]


def list_images(driver: Any, search: str | None) -> list[ImageRecord]:
    """One's own and the usual publishers'; with an image's id, anybody's."""
    if search is not None and search.startswith(PROJECTS):
        image = found(driver.connection, f"/compute/v1/{search}")
        return [] if image is None else [image_of(image)]
    addresses = [f"{driver.project}/global/images"]
    addresses += [f"/compute/v1/projects/{one}/global/images" for one in PUBLISHERS]
    word = search or ""
    return [
        image_of(image)
        for address in addresses
        for page in pages(driver, address)
        for image in page.get("items") or []
        if not image.get("deprecated") and contains(image["name"], word)
    ]


def list_locations(driver: Any) -> list[LocationRecord]:
    return [
        LocationRecord(external_id=zone["name"], name=zone["name"])
        for page in pages(driver, f"{driver.project}/zones")
        for zone in part(page, "items", list)  # there is no project without zones
        if zone["status"] == "UP"
    ]


def _instance(driver: Any, external_id: str) -> dict[str, Any] | None:
    """An instance is asked for in its zone, which its number does not tell."""
    if not (external_id.isascii() and external_id.isdecimal()):
        return None
    return next(iter(everywhere(driver, "instances", filter=f"id = {external_id}")), None)


def address_of(driver: Any, external_id: str) -> str:
    """Where it is asked for. Raises NOT_FOUND."""
    return _address(driver, _known(driver, external_id))


def _known(driver: Any, external_id: str) -> dict[str, Any]:
    instance = _instance(driver, external_id)
    if instance is None:
        raise ProviderError(ProviderErrorCode.NOT_FOUND, f"Google has no machine {external_id}.")
    return instance


def _address(driver: Any, instance: dict[str, Any]) -> str:
    return f"{driver.project}/zones/{last(instance['zone'])}/instances/{instance['name']}"


def _do(driver: Any, instance: dict[str, Any], action: str, data: Any = None) -> None:
    address = f"{_address(driver, instance)}/{action}"
    ask(driver.connection, address, method="POST", data=data)
