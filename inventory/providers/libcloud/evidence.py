"""What libcloud's recorded replies show of each driver; a contract test holds it to them.

For docs/providers.md. ``listed``: the lists that are read, each record well formed. ``accepted``:
the actions that the recorded cloud accepts. ``reason``: what is known not to work, or not recorded.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    listed: str
    accepted: str = ""
    reason: str = ""


LISTS = "list sizes images locations"
POWER = "start stop reboot terminate"
UNRECORDED = "Libcloud has no usable recording of what is missing here."

EVIDENCE = {
    "aliyun_ecs": Evidence("list sizes locations", "", UNRECORDED),
    "aurora_compute": Evidence(LISTS, POWER),
    "cloudscale": Evidence("list sizes images", "reboot terminate", UNRECORDED),
    "cloudsigma": Evidence("list sizes images", POWER),
    "cloudstack": Evidence(LISTS, POWER),
    "digitalocean": Evidence(LISTS, "terminate", UNRECORDED),
    "dimensiondata": Evidence(LISTS, POWER),
    "ec2": Evidence(LISTS, POWER),
    "equinixmetal": Evidence(LISTS, "", UNRECORDED),
    "eucalyptus": Evidence(
        "list images",
        "reboot terminate",
        "Its sizes are an empty list, and it knows no state of the recorded machine. " + UNRECORDED,
    ),
    "exoscale": Evidence(LISTS, POWER),
    "gandi": Evidence(LISTS, "reboot terminate"),
    "gridscale": Evidence("list images locations", "", UNRECORDED),
    "ikoula": Evidence(LISTS, POWER),
    "internetsolutions": Evidence(LISTS, POWER),
    "kamatera": Evidence("list locations", "", UNRECORDED),
    "ktucloud": Evidence(LISTS, "reboot terminate", UNRECORDED),
    "kubevirt": Evidence(LISTS, "stop reboot terminate", UNRECORDED),
    "linode": Evidence(LISTS, POWER),
    "maxihost": Evidence(LISTS, POWER),
    "nimbus": Evidence(LISTS, POWER, "It knows no state of the recorded machines."),
    "ntta": Evidence(LISTS, POWER),
    "nttcis": Evidence(LISTS, POWER),
    "onapp": Evidence("list images", "", "It knows no state of the machines. " + UNRECORDED),
    "opennebula": Evidence(LISTS, "reboot terminate"),
    "openstack": Evidence(LISTS, POWER),
    "outscale_inc": Evidence(LISTS, POWER),
    "outscale_sas": Evidence(LISTS, POWER),
    "ovh": Evidence(LISTS, "terminate"),
    "rackspace": Evidence(LISTS, POWER),
    "rackspace_first_gen": Evidence(LISTS, "reboot terminate"),
    "rimuhosting": Evidence(LISTS, "reboot terminate"),
    "scaleway": Evidence(LISTS, "", UNRECORDED),
    "terremark": Evidence(LISTS, "reboot", UNRECORDED),
    "upcloud": Evidence(LISTS, "reboot", UNRECORDED),
    "vcloud": Evidence(
        "sizes images locations",
        "",
        "It leaves machines out that it may not read, and such a list fails here.",
    ),
    "vpsnet": Evidence("list locations", "", UNRECORDED),
    "vultr": Evidence(LISTS, POWER),
}
