"""What is done at Azure, each a function of the driver.

Bodies from the Azure REST API reference, learn.microsoft.com/rest/api/compute and /virtualnetwork.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from inventory.providers.azure.images import CHOICE, URN, exists
from inventory.providers.azure.parse import Facts, machine_of, size_of
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.rest import act, ask, found, part, segment
from inventory.providers.tags import TagRules, ignoring_case
from inventory.types import ImageRecord, LocationRecord, MachineRecord, SizeRecord

COMPUTE, NETWORK = "Microsoft.Compute", "Microsoft.Network"
# The versions of the interfaces that are asked. timeCreated came with 2021-11-01.
VERSIONS = {
    COMPUTE: "2024-03-01",
    NETWORK: "2023-09-01",
    "Microsoft.Authorization": "2022-04-01",
}
# Names ignore case, values do not: learn.microsoft.com/azure/azure-resource-manager/management/
# tag-resources, "Tag names are case-insensitive for operations".
TAGS = TagRules(key=ignoring_case)
MACHINE = re.compile(
    r"/subscriptions/[^/?#]+/resourcegroups/[^/?#]+/providers/"
    r"microsoft\.compute/virtualmachines/[^/?#]+"
)


def version_of(path: str) -> dict[str, str]:
    """The parameter that every request has, by the provider that its path names last."""
    provider = re.split(r"/providers/", path, flags=re.IGNORECASE)[-1].partition("/")[0].lower()
    return {"api-version": {name.lower(): one for name, one in VERSIONS.items()}[provider]}


def pages(driver: Any, path: str, **params: Any) -> Iterator[dict[str, Any]]:
    """What is on every page. One that fails fails the listing."""
    given: dict[str, Any] | None = params | version_of(path)
    while given is not None:
        body = ask(driver.connection, path, **given)
        yield from part(body, "value", list)
        # The link's host is not followed: only what it asks for.
        link = urlsplit(body.get("nextLink") or "")
        path, given = link.path, dict(parse_qsl(link.query)) if link.query else None


def list_machines(driver: Any) -> list[MachineRecord]:
    """Four lists and the sizes of each location, however many machines there are."""
    path = f"{driver.subscription}/providers/{COMPUTE}/virtualMachines"
    machines = list(pages(driver, path))
    if not machines:
        return []
    network = f"{driver.subscription}/providers/{NETWORK}"
    facts = Facts(
        views={
            machine["id"].lower(): machine.get("properties", {}).get("instanceView") or {}
            for machine in pages(driver, path, statusOnly="true")
        },
        interfaces={
            one["id"].lower(): one for one in pages(driver, f"{network}/networkInterfaces")
        },
        addresses={
            one["id"].lower(): one["properties"].get("ipAddress") or ""
            for one in pages(driver, f"{network}/publicIPAddresses")
        },
        sizes={
            (location, size.external_id): size
            for location in sorted({machine["location"] for machine in machines})
            for size in _sizes_in(driver, location)
        },
    )
    return [machine_of(machine, facts) for machine in machines]


def find_machine(driver: Any, external_id: str) -> MachineRecord | None:
    if not _is_own(driver, external_id):
        return None
    expanded = {"$expand": "instanceView"} | version_of(external_id)
    machine = found(driver.connection, external_id, **expanded)
    if machine is None:
        return None
    profile = machine["properties"].get("networkProfile") or {}
    ids = [face["id"] for face in profile.get("networkInterfaces") or []]
    faces = {face.lower(): found(driver.connection, face, **version_of(face)) or {} for face in ids}
    attached = [
        one["properties"]["publicIPAddress"]["id"]
        for face in faces.values()
        for one in face.get("properties", {}).get("ipConfigurations") or []
        if one["properties"].get("publicIPAddress")
    ]
    addresses = {one: found(driver.connection, one, **version_of(one)) or {} for one in attached}
    facts = Facts(
        views={external_id.lower(): machine["properties"].get("instanceView") or {}},
        interfaces=faces,
        addresses={
            one.lower(): address.get("properties", {}).get("ipAddress") or ""
            for one, address in addresses.items()
        },
        sizes={
            (machine["location"], size.external_id): size
            for size in _sizes_in(driver, machine["location"])
        },
    )
    return machine_of(machine, facts)


def start_machine(driver: Any, external_id: str) -> None:
    do(driver, "POST", external_id, "/start")


def stop_machine(driver: Any, external_id: str) -> None:
    """Deallocated: what is only powered off goes on costing as much as what runs."""
    do(driver, "POST", external_id, "/deallocate")


def reboot_machine(driver: Any, external_id: str) -> None:
    do(driver, "POST", external_id, "/restart")


def resize_machine(driver: Any, external_id: str, size_id: str) -> None:
    change = {"properties": {"hardwareProfile": {"vmSize": size_id}}}
    do(driver, "PATCH", external_id, data=change)


def tag_machine(
    driver: Any, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> None:
    """Azure takes the whole set, so what somebody else changes in between is lost."""
    machine = ask(driver.connection, _own(driver, external_id), **version_of(external_id))
    tags = TAGS.changed(machine.get("tags") or {}, wanted, unwanted)
    do(driver, "PATCH", external_id, data={"tags": tags})


def terminate_machine(driver: Any, external_id: str) -> None:
    """DELETE answers that all is well where nothing is, too; so it is looked for first."""
    ask(driver.connection, _own(driver, external_id), **version_of(external_id))
    do(driver, "DELETE", external_id)


def list_sizes(driver: Any) -> list[SizeRecord]:
    return _sizes_in(driver, driver.account["location"])


def list_images(driver: Any, search: str | None) -> list[ImageRecord]:
    """One's own and a choice of the marketplace's; with a URN, any of the marketplace's."""
    if search is not None and URN.fullmatch(search) and search not in CHOICE:
        return [ImageRecord(search, search)] if exists(driver, search, VERSIONS[COMPUTE]) else []
    own = pages(driver, f"{driver.subscription}/providers/{COMPUTE}/images")
    images = [ImageRecord(urn, name) for urn, name in CHOICE.items()]
    images += [ImageRecord(image["id"], image["name"]) for image in own]
    word = (search or "").lower()
    return [image for image in images if search == image.external_id or word in image.name.lower()]


def list_locations(driver: Any) -> list[LocationRecord]:
    path = f"{driver.subscription}/providers/{COMPUTE}"
    types = part(ask(driver.connection, path, **version_of(path)), "resourceTypes", list)
    names = [one["locations"] for one in types if one["resourceType"] == "virtualMachines"]
    return [
        LocationRecord(external_id=name.replace(" ", "").lower(), name=name)
        for name in (names or [[]])[0]
    ]


def do(driver: Any, method: str, external_id: str, action: str = "", data: Any = None) -> None:
    path = f"{_own(driver, external_id)}{action}"
    act(driver.connection, path, method=method, data=data, **version_of(external_id))


def _sizes_in(driver: Any, location: str) -> list[SizeRecord]:
    path = f"{driver.subscription}/providers/{COMPUTE}/locations/{segment(location)}/vmSizes"
    return [size_of(size) for size in pages(driver, path)]


def _is_own(driver: Any, external_id: str) -> bool:
    """Whether it is a machine's id in this subscription: ids are paths, and paths lead anywhere."""
    low = external_id.lower()
    here = f"{driver.subscription.lower()}/"
    return MACHINE.fullmatch(low) is not None and low.startswith(here) and "/.." not in low


def _own(driver: Any, external_id: str) -> str:
    if not _is_own(driver, external_id):
        message = f"This subscription has no machine {external_id!r}."
        raise ProviderError(ProviderErrorCode.NOT_FOUND, message)
    return external_id
