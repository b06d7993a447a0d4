"""The reads and actions of EC2, as functions that take the driver first.

docs/libcloud-methods.md says what is wrong with libcloud's methods for it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from libcloud.common.exceptions import BaseHTTPError
from libcloud.common.types import MalformedResponseError

from inventory.providers.capability import Capability
from inventory.providers.ec2 import calls
from inventory.providers.ec2.calls import Call, filters
from inventory.providers.ec2.catalog import PUBLISHERS, sizes_of
from inventory.providers.ec2.driver import DOCUMENT, EC2Driver, entries_of
from inventory.providers.ec2.images import ALSO_DEPRECATED, known_names, named
from inventory.providers.ec2.known_replies import KnownReplies, Page
from inventory.providers.ec2.parse import machines_in
from inventory.providers.ec2.query import next_token
from inventory.providers.ec2.records import image_record, region_name, size_record, zone_record
from inventory.providers.exceptions import ProviderError
from inventory.providers.identity import only_of
from inventory.providers.paging import each_page
from inventory.providers.reading import distinct
from inventory.providers.table import beside, does, reads
from inventory.records.image import ImageRecord
from inventory.types import LocationRecord, MachineRecord, NewMachine, SizeRecord

PAGE = "1000"  # EC2's largest
INSTANCES = "DescribeInstances"
KNOWN = KnownReplies()
OWN = {"Owners": ["self"]}
# Family and size, as in m8i.large and u7in-16tb.224xlarge.
TYPE_NAME = re.compile(r"[a-z0-9][a-z0-9-]*\.[a-z0-9-]+")


@reads("virtual_machines", permissions="ec2:DescribeInstances")
def list_machines(driver: EC2Driver) -> list[MachineRecord]:
    """The instances. The names of their images take a request if some are not known yet."""
    return named(driver, [machine for page in _pages(driver) for machine in page.machines])


def _pages(driver: EC2Driver) -> Iterator[Page]:
    """Every page of the instances. One that fails fails the listing."""
    names, numbers = known_names(driver), count(1)

    def parse(content: bytes) -> Page:
        root = driver.answer_in(content, INSTANCES)
        machines = tuple(machines_in(root, driver.region_name, names))
        return Page(machines, next_token(root))

    def read(token: str | None) -> Page:
        place = (driver.account, next(numbers))
        content = driver.content(
            INSTANCES, MaxResults=PAGE, **({"NextToken": token} if token else {})
        )
        return KNOWN.page(place, content, names, parse)

    return each_page(read, lambda page: page.token)


@beside("find", "virtual_machines")
def find_machine(driver: EC2Driver, external_id: str) -> MachineRecord | None:
    try:
        reply = driver.ask(INSTANCES, **{"InstanceId.1": external_id})
    except BaseHTTPError as error:
        # Only this word says so: a wrong address has nothing under it either.
        if str(error).startswith("InvalidInstanceID."):
            return None
        raise
    return only_of(_machines(driver, reply), external_id, lambda one: one.external_id)


def _machines(driver: EC2Driver, reply: Any) -> list[MachineRecord]:
    return named(driver, list(machines_in(reply, driver.region_name, known_names(driver))))


@does("virtual_machines", "provision", permissions=("ec2:RunInstances", "ec2:CreateTags"))
def create_machine(driver: EC2Driver, order: NewMachine) -> MachineRecord:
    document = _do(driver, calls.create(order))[DOCUMENT]
    machine = next(iter(_machines(driver, document)), None)
    if machine is None:
        message = "RunInstances was answered without an instance."
        raise MalformedResponseError(message, driver=driver)
    return machine


@does("virtual_machines", "start", permissions="ec2:StartInstances")
def start_machine(driver: EC2Driver, external_id: str) -> None:
    _do(driver, calls.on_instance(Capability.START, external_id))


@does(
    "virtual_machines", "stop", permissions=("ec2:StopInstances", "ec2:DescribeInstanceAttribute")
)
def stop_machine(driver: EC2Driver, external_id: str) -> None:
    _do(driver, calls.on_instance(Capability.STOP, external_id))


@does("virtual_machines", "reboot", permissions="ec2:RebootInstances")
def reboot_machine(driver: EC2Driver, external_id: str) -> None:
    _do(driver, calls.on_instance(Capability.REBOOT, external_id))


@does("virtual_machines", "resize", permissions="ec2:ModifyInstanceAttribute")
def resize_machine(driver: EC2Driver, external_id: str, size_id: str) -> None:
    """EC2 refuses an instance that is not stopped."""
    _do(driver, calls.resize(external_id, size_id))


@does("virtual_machines", "tag", permissions=("ec2:CreateTags", "ec2:DeleteTags"))
def tag_machine(
    driver: EC2Driver, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> None:
    for call in calls.tag(external_id, wanted, unwanted):
        _do(driver, call)


@does(
    "virtual_machines",
    "terminate",
    permissions=("ec2:TerminateInstances", "ec2:DescribeInstanceAttribute"),
)
def terminate_machine(driver: EC2Driver, external_id: str) -> None:
    _do(driver, calls.on_instance(Capability.TERMINATE, external_id))


@reads("sizes", permissions="ec2:DescribeInstanceTypes")
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


@reads("images", permissions="ec2:DescribeImages")
def list_images(driver: EC2Driver, search: str | None = None) -> list[ImageRecord]:
    """The account's images and those of usual publishers; with ``search``, all that match it.

    ``search`` is an id or a name. A deprecated image can be used: Amazon shows it to a search, and
    not in the list without a search. Amazon does not report the account's own number with the
    images. So the own images are those that EC2 lists for the account: they come last, and count.
    """
    if search is None:
        listings = [_of_publisher(*entry) for entry in PUBLISHERS]
        own: dict[str, Any] = {}
    elif search.startswith("ami-"):
        own = _matching({"image-id": (search,)}) | _also_deprecated(driver)
        listings = [own]
    else:
        names = tuple(f"*{spelling}*" for spelling in _spellings(search))
        matching = _matching({"name": names, "state": ("available",)})
        own = matching | _also_deprecated(driver)
        listings = [own]
    found = (
        image_record(image, own=is_own)
        for listing, is_own in (*((one, False) for one in listings), (own | OWN, True))
        for image in driver.entries("describe_images", "Images", **listing)
    )
    return distinct(found)


@reads("locations", permissions="ec2:DescribeAvailabilityZones")
def list_locations(driver: EC2Driver) -> list[LocationRecord]:
    """Zones by their names; libcloud's own ids are places in a list."""
    answer = driver.call("describe_availability_zones")
    return [zone_record(zone) for zone in entries_of(answer, "AvailabilityZones")]


@reads("regions", permissions="ec2:DescribeRegions")
def list_regions(driver: EC2Driver) -> list[str]:
    """The regions that are enabled for the account."""
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
