"""The evidence of libcloud's recorded replies for each driver; a contract test checks it.

For docs/providers.md. ``listed``: the lists that are read, each record well formed. ``accepted``:
the actions that the recorded cloud accepts. ``reason``: what is known not to work, or not recorded.
``no_order``: why a machine cannot be ordered, where it cannot: see ``marks``. ``effects``: further
effects of an action, by libcloud's source.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    listed: str
    accepted: str = ""
    reason: str = ""
    no_order: str = ""
    effects: str = ""


LISTS = "list sizes images locations"
POWER = "start stop reboot terminate"
UNRECORDED = "Libcloud has no usable recording of the other lists and actions."

MCP = frozenset({"images", "locations"})
# Lists whose cloud has pages, of which libcloud reads the first one.
CUT = {
    "aliyun_ecs": frozenset({"images"}),
    "dimensiondata": MCP,
    "equinixmetal": frozenset({"virtual_machines"}),
    "internetsolutions": MCP,
    "ntta": MCP,
    "nttcis": MCP,
    "openstack": frozenset({"sizes", "images"}),
    "rackspace": frozenset({"virtual_machines", "sizes", "images"}),
}
# Lists that one odd object loses, and why libcloud makes it impossible to read the rest.
LOST = {
    ("kubevirt", "sizes"): "It takes sizes and images from the machines.",
    ("kubevirt", "images"): "It takes sizes and images from the machines.",
    ("opennebula", "sizes"): "It makes all sizes in one function.",
    ("upcloud", "virtual_machines"): "It asks for each machine by the id in a list.",
}

# They act by GET. ``retries`` recognizes such a request by the command in its query.
ACTS_BY_GET = frozenset(
    {
        "aliyun_ecs",
        "aurora_compute",
        "cloudstack",
        "ec2",
        "eucalyptus",
        "exoscale",
        "ikoula",
        "ktucloud",
        "nimbus",
        "outscale_inc",
        "outscale_sas",
    }
)

# Why there are no orders.
BY_GET = "It orders by GET, a request that a proxy may send twice."
NAMED_LATER = "It names the machine only after creating it, so a lost order could not be found."
SEVERAL = (
    "It orders by several requests; if the worker is lost between them, the later ones are not "
    "sent."
)
NEEDS = "It needs values for an order that the gateway does not have: "
UNSHOWN = "Libcloud has no usable recording of an order."
NO_SIZES = "Its sizes cannot be listed."

# The side effects of actions.
HARD = "Reboot does not shut the system down first: it works like a power cut."
STOPS_FIRST = (
    "Terminate first stops a running machine; if the second step fails, the machine stays stopped."
)
RESTARTS = "Reboot switches the machine off and then on; if the second step fails, it stays off."

EVIDENCE = {
    "aliyun_ecs": Evidence(
        "list sizes locations",
        "",
        UNRECORDED,
        no_order=NEEDS + "a security group.",
        effects=STOPS_FIRST,
    ),
    "aurora_compute": Evidence(LISTS, POWER, no_order=BY_GET),
    "cloudscale": Evidence("list sizes images", "reboot terminate provision", UNRECORDED),
    "cloudsigma": Evidence("list sizes images", POWER, no_order=SEVERAL, effects=RESTARTS),
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
    "gandi": Evidence(LISTS, "reboot terminate", no_order=NEEDS + "a login.", effects=STOPS_FIRST),
    "gridscale": Evidence(
        "list images locations", "", UNRECORDED, no_order=NO_SIZES, effects=RESTARTS
    ),
    "ikoula": Evidence(LISTS, POWER, no_order=BY_GET),
    "internetsolutions": Evidence(LISTS, POWER, no_order=NEEDS + "a password and a network."),
    "kamatera": Evidence(
        "list locations",
        "",
        UNRECORDED,
        no_order=NO_SIZES,
        effects="Stop does not shut the system down first: it works like a power cut.",
    ),
    "ktucloud": Evidence(LISTS, "reboot terminate", UNRECORDED, no_order=BY_GET),
    "kubevirt": Evidence(
        LISTS,
        "stop reboot",
        "Terminate is not offered: it deletes each Service of the namespace whose name contains "
        "the machine's name, also those of other machines. " + UNRECORDED,
        no_order=UNSHOWN,
        effects="Reboot deletes the instance that runs; KubeVirt makes another one.",
    ),
    "linode": Evidence(LISTS, POWER, no_order=NEEDS + "a password. Use the kind linode."),
    "maxihost": Evidence(
        LISTS,
        POWER,
        no_order="It sends the name in another field than the one that its list shows.",
        effects=HARD,
    ),
    "nimbus": Evidence(
        LISTS, POWER, "It knows no state of the recorded machines.", no_order=NAMED_LATER
    ),
    "ntta": Evidence(LISTS, POWER, no_order=NEEDS + "a password and a network."),
    "nttcis": Evidence(
        LISTS,
        POWER,
        no_order=NEEDS + "a password and a network.",
    ),
    "onapp": Evidence(
        "list images", "", "It knows no state of the machines. " + UNRECORDED, no_order=NO_SIZES
    ),
    "opennebula": Evidence(LISTS, "reboot terminate", no_order="It loses the name of an order."),
    "openstack": Evidence(LISTS, f"{POWER} provision", effects=HARD),
    "outscale_inc": Evidence(LISTS, POWER, no_order=NAMED_LATER),
    "outscale_sas": Evidence(LISTS, POWER, no_order=NAMED_LATER),
    "ovh": Evidence(LISTS, "terminate provision"),
    "rackspace": Evidence(LISTS, f"{POWER} provision", effects=HARD),
    "rackspace_first_gen": Evidence(LISTS, "reboot terminate provision", effects=HARD),
    "rimuhosting": Evidence(LISTS, "reboot terminate provision"),
    "scaleway": Evidence(
        LISTS,
        "",
        UNRECORDED,
        no_order=SEVERAL,
        effects="Terminate also deletes all attached volumes.",
    ),
    "terremark": Evidence(
        LISTS, "reboot terminate", no_order=SEVERAL, effects=f"{HARD} {STOPS_FIRST}"
    ),
    "upcloud": Evidence(LISTS, "reboot provision", UNRECORDED, effects=f"{HARD} {STOPS_FIRST}"),
    "vcloud": Evidence(
        "sizes images locations",
        "",
        "It leaves out machines that it may not read; the gateway takes such a list as failed.",
        no_order=SEVERAL,
        effects=f"{HARD} {STOPS_FIRST}",
    ),
    "vpsnet": Evidence("list locations", "", UNRECORDED, no_order=UNSHOWN),
    "vultr": Evidence(LISTS, f"{POWER} provision"),
}
