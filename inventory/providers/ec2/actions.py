"""What is done at EC2, each a function of the driver."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from libcloud.common.exceptions import BaseHTTPError
from libcloud.common.types import MalformedResponseError

from inventory.providers.capability import Capability
from inventory.providers.ec2 import calls
from inventory.providers.ec2.calls import Call, filters
from inventory.providers.ec2.catalog import PUBLISHERS, sizes_of
from inventory.providers.ec2.driver import DOCUMENT, EC2Driver, entries_of
from inventory.providers.ec2.images import ALSO_DEPRECATED, known_names, named
from inventory.providers.ec2.parse import machines_in
from inventory.providers.ec2.records import image_record, region_name, size_record, zone_record
from inventory.providers.exceptions import ProviderError
from inventory.providers.identity import only_of
from inventory.providers.reading import distinct
from inventory.providers.table import beside, does, reads
from inventory.types import (
    ImageRecord,
    LocationRecord,
    MachineRecord,
    NewMachine,
    SizeRecord,
)

PAGE = "1000"  # EC2's largest
# Family and size, as in m8i.large and u7in-16tb.224xlarge.
TYPE_NAME = re.compile(r"[a-z0-9][a-z0-9-]*\.[a-z0-9-]+")


@reads("virtual_machines")
def list_machines(driver: EC2Driver) -> list[MachineRecord]:
    """The instances. The names of their images take a request if some are not known yet."""
    known = known_names(driver)
    machines = [
        machine
        for page in driver.instance_pages("DescribeInstances", MaxResults=PAGE)
        for machine in machines_in(page, driver.region_name, known)
    ]
    return named(driver, machines)


@beside("find", "virtual_machines")
def find_machine(driver: EC2Driver, external_id: str) -> MachineRecord | None:
    try:
        reply = driver.ask("DescribeInstances", **{"InstanceId.1": external_id})
    except BaseHTTPError as error:
        # Only this word says so: a wrong address has nothing under it either.
        if str(error).startswith("InvalidInstanceID."):
            return None
        raise
    return only_of(_machines(driver, reply), external_id, lambda one: one.external_id)


def _machines(driver: EC2Driver, reply: Any) -> list[MachineRecord]:
    return named(driver, list(machines_in(reply, driver.region_name, known_names(driver))))


@does("virtual_machines", "provision")
def create_machine(driver: EC2Driver, order: NewMachine) -> MachineRecord:
    document = _do(driver, calls.create(order))[DOCUMENT]
    machine = next(iter(_machines(driver, document)), None)
    if machine is None:
        message = "RunInstances was answered without an instance."
        raise MalformedResponseError(message, driver=driver)
    return machine


@does("virtual_machines", "start")
def start_machine(driver: EC2Driver, external_id: str) -> None:
    _do(driver, calls.on_instance(Capability.START, external_id))


@does("virtual_machines", "stop")
def stop_machine(driver: EC2Driver, external_id: str) -> None:
    _do(driver, calls.on_instance(Capability.STOP, external_id))


@does("virtual_machines", "reboot")
def reboot_machine(driver: EC2Driver, external_id: str) -> None:
    _do(driver, calls.on_instance(Capability.REBOOT, external_id))


@does("virtual_machines", "resize")
def resize_machine(driver: EC2Driver, external_id: str, size_id: str) -> None:
    """EC2 refuses an instance that is not stopped."""
    _do(driver, calls.resize(external_id, size_id))


@does("virtual_machines", "tag")
def tag_machine(
    driver: EC2Driver, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> None:
    for call in calls.tag(external_id, wanted, unwanted):
        _do(driver, call)


@does("virtual_machines", "terminate")
def terminate_machine(driver: EC2Driver, external_id: str) -> None:
    _do(driver, calls.on_instance(Capability.TERMINATE, external_id))


@reads("sizes")
def list_sizes(driver: EC2Driver) -> list[SizeRecord]:
    return list(sizes_of(driver.region_name).values())


@beside("find_size")
def find_size(driver: EC2Driver, size_id: str, _location_id: str | None) -> SizeRecord | None:
    """An instance type that is newer than libcloud's tables.

    InvalidInstanceType is in "Error codes for the Amazon EC2 API",
    docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html.
    """
    if TYPE_NAME.fullmatch(size_id) is None:
        return None
    try:
        answer = driver.call("describe_instance_types", InstanceTypes=[size_id])
    except ProviderError as refusal:
        if refusal.word.startswith("InvalidInstanceType"):
            return None
        raise
    sizes = map(size_record, entries_of(answer, "InstanceTypes"))
    return next((size for size in sizes if size.external_id == size_id), None)


@reads("images")
def list_images(driver: EC2Driver, search: str | None = None) -> list[ImageRecord]:
    """One's own and the usual publishers'; with ``search``, anybody's of that id or name.

    A deprecated image can be used: Amazon shows it to a search, and not in the choice that is
    listed without one.
    """
    if search is None:
        listings = [{"Owners": ["self"]}, *(_of_publisher(*entry) for entry in PUBLISHERS)]
    elif search.startswith("ami-"):
        listings = [_matching({"image-id": (search,)}) | _also_deprecated(driver)]
    else:
        names = tuple(f"*{spelling}*" for spelling in _spellings(search))
        matching = _matching({"name": names, "state": ("available",)})
        listings = [matching | _also_deprecated(driver)]
    found = (
        image_record(image)
        for listing in listings
        for image in driver.entries("describe_images", "Images", **listing)
    )
    return distinct(found)


@reads("locations")
def list_locations(driver: EC2Driver) -> list[LocationRecord]:
    """Zones by their names; libcloud's own ids are places in a list."""
    answer = driver.call("describe_availability_zones")
    return [zone_record(zone) for zone in entries_of(answer, "AvailabilityZones")]


@reads("regions")
def list_regions(driver: EC2Driver) -> list[str]:
    """Those that are enabled for the account."""
    return sorted(map(region_name, entries_of(driver.call("describe_regions"), "Regions")))


def _do(driver: EC2Driver, call: Call) -> dict[str, Any]:
    return driver.call(call.operation, **call.parameters)


def _matching(wanted: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {"Filters": filters(wanted)}


def _also_deprecated(driver: EC2Driver) -> dict[str, Any]:
    """A compatible cloud may refuse parameters that it does not know."""
    return ALSO_DEPRECATED if driver.is_amazons else {}


def _of_publisher(account: str, names: tuple[str, ...]) -> dict[str, Any]:
    return {"Owners": [account]} | _matching({"name": names, "state": ("available",)})


def _spellings(search: str) -> list[str]:
    """The usual spellings of a name: a filter of EC2 compares with regard to case, and any of its
    values suffices (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html).
    """
    return list(
        dict.fromkeys((search, search.lower(), search.upper(), search.capitalize(), search.title()))
    )
