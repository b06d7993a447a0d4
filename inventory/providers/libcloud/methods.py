"""The table of a kind that is built on a driver with ``TokenDriver``: libcloud's own methods."""

from collections.abc import Mapping, Sequence
from typing import Any

from inventory.providers.capability import LIST, Capability, Key
from inventory.providers.generic import calling, found_images, node_named
from inventory.providers.libcloud.reports import Reports
from inventory.providers.libcloud.token_driver import size_named
from inventory.providers.reading import distinct
from inventory.providers.rest import segment
from inventory.providers.table import Beside, Function, Table
from inventory.records.image import ImageRecord
from inventory.types import MachineRecord, NewMachine, Verdict

MACHINES = "virtual_machines"
LISTS = {MACHINES: "list_nodes", "sizes": "list_sizes", "locations": "list_locations"}
ACTIONS = {
    "start": "start_node",
    "stop": "stop_node",
    "reboot": "reboot_node",
    "terminate": "destroy_node",
}


def table_over_methods(reports: Reports, **methods: str) -> Table:
    """``methods``: the methods of actions, by verb, where libcloud has no common name of them.

    What libcloud has no method for, or not a right one, the driver's hooks do: see ``TokenDriver``.
    """
    functions: dict[Key, Function] = {
        (resource, LIST): _listing(method) for resource, method in LISTS.items()
    }
    functions["images", LIST] = calling("list_images", list_images)
    for verb, method in (ACTIONS | methods).items():
        functions[MACHINES, verb] = on_node(method)
    functions[MACHINES, "provision"] = calling("create_node", create_machine)
    functions[MACHINES, "tag"] = tag_machine
    return Table(
        functions,
        Beside(
            find={MACHINES: find_machine},
            failure=reports.failure,
            outcome=reports.outcome if reports.in_progress else None,
            blocker=find_blocker,
        ),
    )


def _listing(method: str) -> Function:
    def read(driver: Any) -> Any:
        return getattr(driver, method)()

    return calling(method, read)


def list_images(driver: Any, search: str | None = None) -> list[ImageRecord]:
    """With ``search``, libcloud's list, as ``generic.found_images``; else the offered images."""
    if search is not None:
        return found_images(distinct(driver.list_images()), search)
    offered: list[ImageRecord] = driver.offered_images()
    return distinct(offered)


def find_machine(driver: Any, external_id: str) -> MachineRecord | None:
    found: MachineRecord | None = driver.find_node(external_id)
    return found


def create_machine(driver: Any, order: NewMachine) -> MachineRecord:
    made: MachineRecord = driver.create_ordered(order)
    return made


def tag_machine(
    driver: Any, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> None:
    before = driver.described(external_id).get("tags") or []
    driver.change_tags(external_id, before, driver.tag_rules.replaced(before, wanted, unwanted))


def find_blocker(driver: Any, capability: Capability, external_id: str) -> Verdict | None:
    verdict: Verdict | None = driver.find_blocker(capability, external_id)
    return verdict


def on_node(method: str) -> Function:
    """The function of an action by the driver's method. libcloud's return no id of the operation:
    the driver's ``operation_begun`` does.
    """

    def act(driver: Any, external_id: str, *size_ids: str) -> Any:
        sizes = [size_named(driver, one) for one in size_ids]  # of a resize
        getattr(driver, method)(node_named(driver, segment(external_id)), *sizes)
        return driver.operation_begun()

    return calling(method, act)
