"""Nova's JSON to our records."""

from datetime import datetime
from typing import Any

from inventory.providers.addresses import addresses_of
from inventory.providers.times import moment
from inventory.types import MachineRecord, MachineState, SizeRecord

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
# What a server does before its status says so: nova's compute/task_states.py.
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


def state_of(server: dict[str, Any]) -> MachineState:
    status, task = server["status"], server.get("OS-EXT-STS:task_state")
    if task in TASKS:
        return TASKS[task]
    if status == UNCONFIRMED:
        return POWER.get(server.get("OS-EXT-STS:power_state", 0), MachineState.UNKNOWN)
    return STATES.get(status, MachineState.UNKNOWN)


def machine_of(server: dict[str, Any], sizes: dict[str, SizeRecord]) -> MachineRecord:
    size_id = (server.get("flavor") or {}).get("id")
    size = sizes.get(size_id) if size_id else None
    image_id = (server.get("image") or {}).get("id")  # "" where it boots from a volume
    zone = server.get("OS-EXT-AZ:availability_zone") or None
    public, private = _addresses(server)
    return MachineRecord(
        external_id=server["id"],
        name=server.get("name") or server["id"],
        state=state_of(server),
        raw_state=server["status"],
        size_id=size_id,
        size_name=size.name if size else size_id,
        memory=size.memory if size else None,
        vcpus=size.vcpus if size else None,
        disk=size.disk if size else None,
        image_id=image_id,
        image_name=image_id,
        location_id=zone,
        location_name=zone,
        public_ips=public,
        private_ips=private,
        tags=tuple(sorted((server.get("metadata") or {}).items())),
        created_at=datetime.fromisoformat(server["created"]),
        launched_at=moment(server.get("OS-SRV-USG:launched_at")),
    )


def size_of(flavor: dict[str, Any]) -> SizeRecord:
    return SizeRecord(
        external_id=flavor["id"],
        name=flavor["name"],
        memory=flavor["ram"],
        vcpus=flavor["vcpus"],
        disk=flavor["disk"] or None,
    )


def _addresses(server: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Public ones and private ones. A floating address is public, also one of a private range."""
    found = [one for network in (server.get("addresses") or {}).values() for one in network]
    floating = [one for one in found if one.get("OS-EXT-IPS:type") == "floating"]
    fixed = [one for one in found if one.get("OS-EXT-IPS:type") != "floating"]
    named_by_user = [server.get("accessIPv4"), server.get("accessIPv6")]
    return addresses_of(
        public=[one.get("addr") for one in floating],
        unnamed=[*(one.get("addr") for one in fixed), *named_by_user],
    )
