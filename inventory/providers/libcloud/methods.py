"""The table of a kind that is built on a driver with ``WholeLists``: libcloud's own methods."""

from typing import Any

from libcloud.compute.base import NodeImage, NodeLocation, NodeSize

from inventory.providers.capability import LIST, Key
from inventory.providers.generic import calling, found_images, node_named
from inventory.providers.libcloud.reports import Reports
from inventory.providers.rest import segment
from inventory.providers.table import Beside, Function, Table
from inventory.types import ImageRecord, MachineRecord

MACHINES = "virtual_machines"
LISTS = {MACHINES: "list_nodes", "sizes": "list_sizes", "locations": "list_locations"}
ACTIONS = {
    "start": "start_node",
    "stop": "stop_node",
    "reboot": "reboot_node",
    "terminate": "destroy_node",
}


def table_over_methods(reports: Reports, **methods: str) -> Table:
    """``methods``: the methods of actions, by verb, where libcloud has no common name of them."""
    functions: dict[Key, Function] = {
        (resource, LIST): _listing(method) for resource, method in LISTS.items()
    }
    functions["images", LIST] = calling("list_images", list_images)
    for verb, method in (ACTIONS | methods).items():
        functions[MACHINES, verb] = on_node(method)
    return Table(functions, Beside(find={MACHINES: find_machine}, failure=reports.failure))


def _listing(method: str) -> Function:
    def read(driver: Any) -> Any:
        return getattr(driver, method)()

    return calling(method, read)


def list_images(driver: Any, search: str | None = None) -> list[ImageRecord]:
    """As ``generic.found_images``."""
    return found_images(driver.list_images(), search)


def find_machine(driver: Any, external_id: str) -> MachineRecord | None:
    found: MachineRecord | None = driver.find_node(external_id)
    return found


def on_node(method: str) -> Function:
    """The function of an action by the driver's method. libcloud's return no id of the operation:
    the driver's ``operation_begun`` does.
    """

    def act(driver: Any, external_id: str, *size_ids: str) -> Any:
        sizes = [size_named(driver, one) for one in size_ids]  # of a resize
        getattr(driver, method)(node_named(driver, segment(external_id)), *sizes)
        return driver.operation_begun()

    return calling(method, act)


def size_named(driver: Any, size_id: str) -> NodeSize:
    """A size, as ``image_named`` and ``location_named``: of an order only the id matters."""
    return NodeSize(size_id, size_id, 0, 0, None, 0.0, driver)


def image_named(driver: Any, image_id: str) -> NodeImage:
    return NodeImage(image_id, image_id, driver)


def location_named(driver: Any, location_id: str | None) -> NodeLocation:
    """A location whose id is None stands for the cloud's own choice."""
    location = NodeLocation(location_id or "", "", "", driver)
    location.id = location_id
    return location
