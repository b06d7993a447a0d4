"""The states of a machine in which a kind's cloud refuses an action, put at its back end.

A state is a function of the account and the machine's id. It can be put again after an action.
"""

from functools import partial

from inventory.providers import Capability
from tests.clouds.apis.libvirt import PAUSED, RUNNING, SHUT_OFF
from tests.clouds.apis.openstack import IS_OFF, RUNS, VM_STATES
from tests.inventory.providers.contract.backends import BACKENDS

LAUNCHED = "OS-SRV-USG:launched_at"
TASK, POWER = "OS-EXT-STS:task_state", "OS-EXT-STS:power_state"


def server(account, external_id, **fields):
    """Reset the server to its first state, with these ``fields`` changed."""
    [found] = [one for one in account.cloud.servers if one["id"] == external_id]
    launched = {LAUNCHED: "2026-11-26T12:10:12.000000"}
    status = fields.get("status", "ACTIVE")
    power = RUNS if status in {"ACTIVE", "VERIFY_RESIZE", "RESCUE"} else IS_OFF
    plain = {"status": "ACTIVE", TASK: None, "locked": False, POWER: power}
    found.update(plain | launched | fields)


def instance(account, external_id, **fields):
    [found] = [one for one in account.cloud.instances if one["id"] == external_id]
    found.update({"status": "RUNNING"} | fields)


def linode(account, external_id, **fields):
    [found] = [one for one in account.cloud.linodes if str(one["id"]) == external_id]
    found.update({"status": "running"} | fields)


def droplet(account, external_id, **fields):
    [found] = [one for one in account.cloud.droplets if str(one["id"]) == external_id]
    found.update({"status": "active"} | fields)


def azure_lock(account, external_id, *, parts, level):
    """Lock the subscription (3 parts of the id), the resource group (5) or the machine (9)."""
    account.cloud.power[external_id] = "running"
    account.cloud.locks.clear()
    account.cloud.add_lock("/".join(external_id.split("/")[:parts]), level)


def generalized(account, external_id, *, power):
    account.cloud.power[external_id] = power
    account.cloud.generalized = {external_id}


def protected(account, external_id, *, attribute):
    client = account.moto.ec2(account.region)
    client.start_instances(InstanceIds=[external_id])
    client.modify_instance_attribute(InstanceId=external_id, **{attribute: {"Value": True}})
    client.close()


def domain(account, external_id, *, state=RUNNING, is_saved=False, transient=False):
    machine = account.daemon.machines[external_id]
    machine.state, machine.is_saved = state, is_saved
    account.daemon.transient = {external_id} if transient else set()


def plain(account, external_id):
    """No state blocks an action."""


STATES = {
    "openstack": {
        **{status: partial(server, status=status) for status in VM_STATES},
        "locked": partial(server, locked=True),
        "locked and off": partial(server, locked=True, status="SHUTOFF"),
        "a task": partial(server, **{TASK: "image_snapshot"}),
        "a task and off": partial(server, status="SHUTOFF", **{TASK: "image_snapshot"}),
        "never launched": partial(server, status="ERROR", **{LAUNCHED: None}),
    },
    "google": {
        "plain": instance,
        "protected": partial(instance, deletionProtection=True),
        "protected and off": partial(instance, deletionProtection=True, status="TERMINATED"),
    },
    "linode": {
        "plain": partial(linode, locks=[]),
        "cannot_delete": partial(linode, locks=["cannot_delete"]),
        "with parts": partial(linode, locks=["cannot_delete_with_subresources"]),
    },
    "digitalocean": {
        "plain": droplet,
        "locked": partial(droplet, locked=True),
        "locked and off": partial(droplet, locked=True, status="off"),
    },
    "azure": {
        "plain": plain,
        "ReadOnly of 5": partial(azure_lock, parts=5, level="ReadOnly"),
        "generalized": partial(generalized, power="deallocated"),
        **{
            f"{level} of {parts}": partial(azure_lock, parts=parts, level=level)
            for level in ("ReadOnly", "CanNotDelete")
            for parts in (3, 9)
        },
    },
    "libvirt": {
        "running": domain,
        "paused": partial(domain, state=PAUSED),
        "shut off": partial(domain, state=SHUT_OFF),
        "suspended": partial(domain, state=SHUT_OFF, is_saved=True),
        "transient": partial(domain, transient=True),
        "transient and paused": partial(domain, state=PAUSED, transient=True),
    },
    "aws": {
        "plain": plain,
        "stop protection": partial(protected, attribute="DisableApiStop"),
        "termination protection": partial(protected, attribute="DisableApiTermination"),
    },
}
KINDS = {slug: one for slug, one in BACKENDS.items() if slug in STATES}
# A machine is terminated last: the others are asked of what is there.
ON_MACHINE = (
    Capability.START,
    Capability.RESUME,
    Capability.REBOOT,
    Capability.SUSPEND,
    Capability.RESIZE,
    Capability.TAG,
    Capability.STOP,
    Capability.TERMINATE,
)


def act(cloud, capability, external_id, size):
    """Ask the cloud for the action, as a job does."""
    if capability is Capability.RESIZE:
        cloud.do("virtual_machines", "resize", external_id, size)
    elif capability is Capability.TAG:
        cloud.do("virtual_machines", "tag", external_id, {"env": "dry"}, ["team"])
    else:
        cloud.do(*capability.key, external_id)
