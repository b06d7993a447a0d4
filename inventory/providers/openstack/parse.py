"""Nova's JSON to our records."""

from collections.abc import Mapping

from inventory.providers.addresses import addresses_of
from inventory.providers.openstack.ports import NONE, Groups
from inventory.providers.reading import UNKNOWN_WORD, Reading
from inventory.types import LocationRecord, MachineRecord, MachineState, SizeRecord

# "Server status" in the Compute API guide, docs.openstack.org/api-guide/compute/server_concepts.
# A server that is shelved is off, and its start brings it back.
STATES = {
    "ACTIVE": MachineState.RUNNING,
    "BUILD": MachineState.PENDING,
    "DELETED": MachineState.TERMINATED,
    "ERROR": MachineState.ERROR,
    "HARD_REBOOT": MachineState.REBOOTING,
    "MIGRATING": MachineState.RUNNING,
    "PASSWORD": MachineState.RUNNING,
    "PAUSED": MachineState.PAUSED,
    "REBOOT": MachineState.REBOOTING,
    "REBUILD": MachineState.PENDING,
    "RESCUE": MachineState.RUNNING,
    "RESIZE": MachineState.PENDING,
    "REVERT_RESIZE": MachineState.PENDING,
    "SHELVED": MachineState.STOPPED,
    "SHELVED_OFFLOADED": MachineState.STOPPED,
    "SHUTOFF": MachineState.STOPPED,
    "SOFT_DELETED": MachineState.TERMINATED,
    "SUSPENDED": MachineState.SUSPENDED,
}
# The state during a task, before the status shows it: nova's compute/task_states.py.
TASKS = {
    "powering-off": MachineState.STOPPING,
    "powering-on": MachineState.PENDING,
    "suspending": MachineState.STOPPING,
    "resuming": MachineState.PENDING,
    "pausing": MachineState.STOPPING,
    "unpausing": MachineState.PENDING,
    "deleting": MachineState.STOPPING,
    "shelving": MachineState.STOPPING,
    "unshelving": MachineState.PENDING,
    "spawning": MachineState.PENDING,
}
# A resize that waits for its confirmation says in "OS-EXT-STS:power_state" whether the guest runs;
# nova's compute/power_state.py.
UNCONFIRMED = "VERIFY_RESIZE"
POWER = {1: MachineState.RUNNING, 3: MachineState.PAUSED, 4: MachineState.STOPPED}


def state_of(found: Reading) -> MachineState:
    status, task = found.text("status"), found.text("OS-EXT-STS:task_state")
    if task in TASKS:
        return TASKS[task]
    if status == UNCONFIRMED:
        power = found.number("OS-EXT-STS:power_state") or 0
        return POWER.get(power, MachineState.UNKNOWN)
    return STATES.get(status or "", MachineState.UNKNOWN)


def machine_of(
    found: Reading, sizes: Mapping[str, SizeRecord], groups: Groups = NONE
) -> MachineRecord:
    """``sizes``: flavors by id."""
    external_id = found.identifier("id") or ""
    size = size_of_server(found, sizes)
    image_id = image_id_of(found)
    zone = found.text("OS-EXT-AZ:availability_zone")
    public, private = _addresses(found)
    return MachineRecord(
        external_id=external_id,
        name=found.text("name", required=True) or external_id,
        state=state_of(found),
        raw_state=found.text("status", required=True) or UNKNOWN_WORD,
        size_id=size.external_id if size else None,
        size_name=size.name if size else None,
        memory=size.memory if size else None,
        vcpus=size.vcpus if size else None,
        disk=size.disk if size else None,
        image_id=image_id,
        image_name=image_id,
        location_id=zone,
        location_name=zone,
        public_ips=public,
        private_ips=private,
        tags=found.pairs("metadata"),
        key_pair_id=found.text("key_name"),
        security_group_ids=groups.of(found),
        created_at=found.moment("created", required=True),
        launched_at=found.moment("OS-SRV-USG:launched_at"),
        problem=found.problem,
    )


def size_of_server(found: Reading, sizes: Mapping[str, SizeRecord]) -> SizeRecord | None:
    """The server's flavor.

    Nova reports an empty object for a flavor that was deleted and, from microversion 2.47 on, the
    flavor's values without its id: "Show Server Details" in the Compute API reference.
    """
    flavor = found.part("flavor")
    size_id = flavor.identifier("id", required=False)
    if size_id is not None:
        return sizes.get(size_id) or SizeRecord(external_id=size_id, name=size_id)
    name = flavor.text("original_name")
    if name is None:
        return None
    known = next((size for size in sizes.values() if size.name == name), None)
    return SizeRecord(
        external_id=known.external_id if known else name,
        name=name,
        memory=flavor.number("ram"),
        vcpus=flavor.number("vcpus"),
        disk=flavor.number("disk") or None,
    )


def image_id_of(found: Reading) -> str | None:
    """Nova reports an empty text as the image of a server that boots from a volume."""
    return None if found.is_empty_text("image") else found.identifier("image", "id", required=False)


def size_of(found: Reading) -> SizeRecord:
    external_id = found.identifier("id") or ""
    return SizeRecord(
        external_id=external_id,
        name=found.text("name", required=True) or external_id,
        memory=found.number("ram", required=True),
        vcpus=found.number("vcpus", required=True),
        disk=found.number("disk") or None,
        problem=found.problem,
    )


def zone_of(found: Reading) -> LocationRecord:
    name = found.identifier("zoneName") or ""
    return LocationRecord(external_id=name, name=name, problem=found.problem)


def _addresses(found: Reading) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Public ones and private ones. A floating address is public, also one of a private range."""
    networks = found.part("addresses")
    known = [one for name, _ in networks.entries() for one in networks.parts(name)]
    kinds = [(one.text("OS-EXT-IPS:type"), one.text("addr", required=True)) for one in known]
    named_by_user = [found.text("accessIPv4"), found.text("accessIPv6")]
    return addresses_of(
        public=[address for kind, address in kinds if kind == "floating"],
        unnamed=[*(address for kind, address in kinds if kind != "floating"), *named_by_user],
    )
