"""What libcloud's recorded replies show of each driver; a contract test holds it to them.

For docs/providers.md. ``listed``: the lists that are read, each record well formed. ``accepted``:
the actions that the recorded cloud accepts. ``reason``: what is known not to work, or not recorded.
``no_order``: why a machine cannot be ordered, where it cannot: see ``marks``.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    listed: str
    accepted: str = ""
    reason: str = ""
    no_order: str = ""


LISTS = "list sizes images locations"
POWER = "start stop reboot terminate"
UNRECORDED = "Libcloud has no usable recording of what is missing here."

# Why there are no orders.
BY_GET = "It orders by GET, a request that may be sent twice."
NAMED_LATER = "It names the machine after it was made, so a lost order could not be found."
SEVERAL = "It orders by several changes, of which a lost worker would leave the later ones out."
NEEDS = "It needs more of an order than the gateway has: "
UNSHOWN = "Libcloud has no usable recording of an order."
NO_SIZES = "Its sizes cannot be listed."

EVIDENCE = {
    "aliyun_ecs": Evidence(
        "list sizes locations", "", UNRECORDED, no_order=NEEDS + "a security group."
    ),
    "aurora_compute": Evidence(LISTS, POWER, no_order=BY_GET),
    "cloudscale": Evidence("list sizes images", "reboot terminate provision", UNRECORDED),
    "cloudsigma": Evidence("list sizes images", POWER, no_order=SEVERAL),
    "cloudstack": Evidence(LISTS, POWER, no_order=BY_GET),
    "digitalocean": Evidence(
        LISTS, "terminate", UNRECORDED, no_order=UNSHOWN + " Use the kind digitalocean."
    ),
    "dimensiondata": Evidence(LISTS, POWER, no_order=NEEDS + "a password and a network."),
    "ec2": Evidence(LISTS, POWER, no_order=NAMED_LATER + " Use the kind aws."),
    "equinixmetal": Evidence(LISTS, "", UNRECORDED, no_order=NEEDS + "a project."),
    "eucalyptus": Evidence(
        "list images",
        "reboot terminate",
        "Its sizes are an empty list, and it knows no state of the recorded machine. " + UNRECORDED,
        no_order=NAMED_LATER,
    ),
    "exoscale": Evidence(LISTS, POWER, no_order=BY_GET),
    "gandi": Evidence(LISTS, "reboot terminate", no_order=NEEDS + "a login."),
    "gridscale": Evidence("list images locations", "", UNRECORDED, no_order=NO_SIZES),
    "ikoula": Evidence(LISTS, POWER, no_order=BY_GET),
    "internetsolutions": Evidence(LISTS, POWER, no_order=NEEDS + "a password and a network."),
    "kamatera": Evidence("list locations", "", UNRECORDED, no_order=NO_SIZES),
    "ktucloud": Evidence(LISTS, "reboot terminate", UNRECORDED, no_order=BY_GET),
    "kubevirt": Evidence(LISTS, "stop reboot terminate", UNRECORDED, no_order=UNSHOWN),
    "linode": Evidence(LISTS, POWER, no_order=NEEDS + "a password. Use the kind linode."),
    "maxihost": Evidence(
        LISTS,
        POWER,
        no_order="It sends the name as another field than the one that its list shows.",
    ),
    "nimbus": Evidence(
        LISTS, POWER, "It knows no state of the recorded machines.", no_order=NAMED_LATER
    ),
    "ntta": Evidence(LISTS, POWER, no_order=NEEDS + "a password and a network."),
    "nttcis": Evidence(
        LISTS,
        POWER,
        "Of machines on several pages it returns the last page alone.",
        no_order=NEEDS + "a password and a network.",
    ),
    "onapp": Evidence(
        "list images", "", "It knows no state of the machines. " + UNRECORDED, no_order=NO_SIZES
    ),
    "opennebula": Evidence(LISTS, "reboot terminate", no_order="It loses the name of an order."),
    "openstack": Evidence(LISTS, f"{POWER} provision"),
    "outscale_inc": Evidence(LISTS, POWER, no_order=NAMED_LATER),
    "outscale_sas": Evidence(LISTS, POWER, no_order=NAMED_LATER),
    "ovh": Evidence(LISTS, "terminate provision"),
    "rackspace": Evidence(LISTS, f"{POWER} provision"),
    "rackspace_first_gen": Evidence(LISTS, "reboot terminate provision"),
    "rimuhosting": Evidence(LISTS, "reboot terminate provision"),
    "scaleway": Evidence(LISTS, "", UNRECORDED, no_order=SEVERAL),
    "terremark": Evidence(LISTS, "reboot", UNRECORDED, no_order=SEVERAL),
    "upcloud": Evidence(LISTS, "reboot provision", UNRECORDED),
    "vcloud": Evidence(
        "sizes images locations",
        "",
        "It leaves machines out that it may not read, and such a list fails here.",
        no_order=SEVERAL,
    ),
    "vpsnet": Evidence("list locations", "", UNRECORDED, no_order=UNSHOWN),
    "vultr": Evidence(LISTS, f"{POWER} provision"),
}
