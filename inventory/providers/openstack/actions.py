"""The reads and actions of OpenStack, as functions that take the driver first.

Bodies from the Compute, Image and Networking API references, docs.openstack.org/api-ref.
docs/libcloud-methods.md says what is wrong with libcloud's methods for it.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from inventory.providers.accepted import OperationId
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.libcloud.methods import MACHINES, on_node
from inventory.providers.names import with_image_names
from inventory.providers.openstack.down_cells import id_of, listed_ids, unread_machines
from inventory.providers.openstack.flavors import unlisted_flavors
from inventory.providers.openstack.images import names_of_images
from inventory.providers.openstack.operations import SERVERS
from inventory.providers.openstack.pages import pages
from inventory.providers.openstack.parse import (
    machine_of,
    size_of,
    zone_of,
)
from inventory.providers.openstack.ports import Groups, groups_of
from inventory.providers.reading import Reading, records_of
from inventory.providers.rest import (
    act,
    ask,
    asked_by_id,
    found,
    found_by_id,
    part,
    segment,
)
from inventory.providers.table import Table, beside, does, reads
from inventory.types import LocationRecord, MachineRecord, NewMachine, SizeRecord

# The methods of libcloud's driver. Its reboot_node cuts a guest off; by this one it is asked first,
# and nova cuts it off when it does not obey.
METHODS = {
    "stop": "stop_node",
    "reboot": "ex_soft_reboot_node",
    "suspend": "ex_suspend_node",
    "resize": "ex_resize",
    "terminate": "destroy_node",
}
BY_METHODS = Table({(MACHINES, verb): on_node(method) for verb, method in METHODS.items()})
# The method that brings a server back, by its status.
STARTS = {
    "PAUSED": "ex_unpause_node",
    "SUSPENDED": "ex_resume_node",
    "SHELVED": "ex_unshelve_node",
    "SHELVED_OFFLOADED": "ex_unshelve_node",
}


@reads("virtual_machines")
def list_machines(driver: Any) -> list[MachineRecord]:
    """The servers; their flavors, security groups and the names of their images come from a list
    each.

    Servers whose cell does not answer come from a list of ids.
    """
    servers, unread = _servers(driver)
    sizes = {size.external_id: size for size in list_sizes(driver)} if servers else {}

    def again() -> list[Any]:
        return pages(driver.compute_with_flavors, "/servers/detail", "servers")

    groups = groups_of(driver, servers)
    machines = _machines(driver, servers, sizes | unlisted_flavors(servers, sizes, again), groups)
    return [*machines, *unread_machines(driver, unread)]


def _servers(driver: Any) -> tuple[list[Any], set[str]]:
    """The servers that nova can read, and the ids of others.

    They are read once more if the list of ids has more: a cell may have come back in between.
    """
    servers, known = _readable(driver)
    ids = listed_ids(driver)
    if not ids.read <= known:
        servers, known = _readable(driver)
    return servers, set((ids.read | ids.unread) - known)


def _readable(driver: Any) -> tuple[list[Any], set[str]]:
    servers = pages(driver.compute, "/servers/detail", "servers")
    return servers, {id_of(Reading(server)) for server in servers}


@beside("find", "virtual_machines")
def find_machine(driver: Any, external_id: str) -> MachineRecord | None:
    server = found_by_id(driver.compute, SERVERS, external_id, "server")
    if server is None:
        return None
    sizes = _sizes_of(driver, server)

    def again() -> list[Any]:
        found_again = found_by_id(driver.compute_with_flavors, SERVERS, external_id, "server")
        return [] if found_again is None else [found_again]

    groups = groups_of(driver, [server], device_id=external_id)
    sizes |= unlisted_flavors([server], sizes, again)
    [machine] = _machines(driver, [server], sizes, groups)
    return machine


def _machines(
    driver: Any, servers: Sequence[Any], sizes: Mapping[str, SizeRecord], groups: Groups
) -> list[MachineRecord]:
    def read(found: Reading) -> MachineRecord:
        return machine_of(found, sizes, groups)

    machines = records_of(MachineRecord, servers, read)
    ids = {machine.image_id for machine in machines if machine.image_id}
    return with_image_names(machines, names_of_images(driver, ids))


def _sizes_of(driver: Any, server: Mapping[str, Any]) -> dict[str, SizeRecord]:
    """The flavor of one server, by id. A flavor without an id is found by its name in the list."""
    flavor = Reading(server).part("flavor")
    size_id = flavor.identifier("id", required=False)
    if size_id is None:
        named = flavor.text("original_name")
        return {size.external_id: size for size in list_sizes(driver)} if named else {}
    body = found(driver.compute, f"/flavors/{segment(size_id)}")
    if body is None:
        return {}
    size = size_of(Reading(part(body, "flavor", dict)))
    return {size.external_id: size}


@does("virtual_machines", "provision")
def create_machine(driver: Any, order: NewMachine) -> MachineRecord:
    server: dict[str, Any] = {
        "name": order.name,
        "flavorRef": order.size_id,
        "imageRef": order.image_id,
        "metadata": dict(order.tags),
        "availability_zone": order.location_id,
        "key_name": order.key_pair,
        "security_groups": [{"name": group} for group in order.security_groups] or None,
        "networks": [{"uuid": _network_id(driver)}] if driver.network else None,
    }
    if order.user_data:
        server["user_data"] = base64.b64encode(order.user_data.encode()).decode()
    given = {name: value for name, value in server.items() if value is not None}
    body = ask(driver.compute, "/servers", method="POST", data={"server": given})
    made = part(part(body, "server", dict), "id", str)
    machine = find_machine(driver, made)
    if machine is None:
        message = f"OpenStack made {made}, but does not find it."
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
    return machine


@does("virtual_machines", "start")
@does("virtual_machines", "resume")  # out of whatever the server is in
def start_machine(driver: Any, external_id: str) -> OperationId | None:
    status = asked_by_id(driver.compute, SERVERS, external_id, "server").get("status")
    return _by_method(driver, STARTS.get(str(status), "start_node"), external_id)


@beside("confirm_resize")
def confirm_resize(driver: Any, external_id: str) -> OperationId | None:
    return _by_method(driver, "ex_confirm_resize", external_id)


@does("virtual_machines", "tag")
def tag_machine(
    driver: Any, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> None:
    path = f"/servers/{segment(external_id)}/metadata"
    if wanted:
        ask(driver.compute, path, method="POST", data={"metadata": dict(wanted)})
    for key in unwanted:
        try:
            act(driver.compute, f"{path}/{segment(key)}", method="DELETE")
        except ProviderError as error:
            if error.code is not ProviderErrorCode.NOT_FOUND:  # it is gone, as it should be
                raise


@reads("sizes")
def list_sizes(driver: Any) -> list[SizeRecord]:
    return records_of(SizeRecord, pages(driver.compute, "/flavors/detail", "flavors"), size_of)


@reads("locations")
def list_locations(driver: Any) -> list[LocationRecord]:
    zones = part(ask(driver.compute, "/os-availability-zone"), "availabilityZoneInfo", list)
    usable = [zone for zone in zones if Reading(zone).flag("zoneState", "available") is not False]
    return records_of(LocationRecord, usable, zone_of, lambda found: found.identifier("zoneName"))


@reads("regions")
def list_regions(driver: Any) -> list[str]:
    return list(driver.list_region_names())


def _by_method(driver: Any, method: str, external_id: str) -> OperationId | None:
    begun: OperationId | None = on_node(method)(driver, external_id)
    return begun


def _network_id(driver: Any) -> str:
    """The id of the network that the account names, by its id or its name."""
    for key in ("id", "name"):
        given = {key: driver.network, "fields": "id"}
        networks = part(ask(driver.networking, "/v2.0/networks", **given), "networks", list)
        if len(networks) == 1:
            return str(networks[0]["id"])
    message = f"There is no network {driver.network!r}, or more than one of this name."
    raise ProviderError(ProviderErrorCode.NOT_FOUND, message)
