"""libvirt: a daemon that runs machines with QEMU and KVM, on one host.

The package is longer than others', for there is no HTTP that libcloud could speak: `conversation`
and what is below it are libvirt's own protocol.
"""

from inventory.providers.account import AccountFields
from inventory.providers.capability import Capability
from inventory.providers.kind import GLOBAL, ProviderKind, driver_at, listed_sizes_only, only_global
from inventory.providers.libvirt import actions, blockers, orders, volume_attachment, volumes
from inventory.providers.libvirt.credentials import FIELDS, judge, place_of
from inventory.providers.libvirt.refusals import REFUSALS
from inventory.providers.libvirt.states import STATES
from inventory.providers.table import table_of
from inventory.types import VMBackend

KIND = ProviderKind(
    slug="libvirt",
    label="libvirt",
    description="The machines of one host that libvirt runs with QEMU or KVM.",
    driver=driver_at("inventory.providers.libvirt.driver", "LibvirtDriver"),
    credentials=FIELDS,
    account=AccountFields(
        compared=("uri",),
        ignored=("username", "ca_certificate", "client_certificate"),
        order_settings=("pool", "network"),
        canonical=place_of,
        unnoticed=("Another host at the same address is not noticed.",),
    ),
    judge=judge,
    # The job's id is the domain's UUID, and a host has one domain of a UUID:
    # libvirt.org/formatdomain.html#general-metadata.
    # A volume's name has the job's id, and a pool has one volume of a name.
    repeatable=frozenset({Capability.PROVISION, Capability.CREATE_VOLUME}),
    takes_unlisted_size=listed_sizes_only,
    default_regions=(GLOBAL,),
    known_regions=only_global,
    every_region=only_global,
    backend=VMBackend.QEMU,
    states=STATES,
    unorderable=frozenset({"key_pair", "security_groups", "user_data"}),
    name_rules={"volumes": volumes.NAME},
    text_rules={"volumes.device": volume_attachment.DEVICE},
    not_taken=volumes.NOT_TAKEN,
    attaches_across_zones=True,  # a volume's location is its pool
    order_trace=volumes.trace,
    permissions=(
        "The right to manage the daemon; if its access driver distinguishes users, the actions",
        "that `checkProvider` names.",
    ),
    limits=(
        "A stop asks the guest to shut down. If the guest hangs, the job fails.",
        (
            "A reboot is a hard reset, like a power failure: the effect of a graceful one cannot "
            "be seen."
        ),
        (
            "A suspend is libvirt's managed save. A suspended machine cannot be stopped, only "
            "resumed."
        ),
        "Terminating deletes the disk that was ordered with the machine, and no other disk.",
        "A disk is not deleted while another machine uses it, or another volume is based on it.",
        (
            "Images are the pool's files that no machine has as a disk, as of the last `virsh "
            "pool-refresh`."
        ),
        "A new machine's disk is based on its image (copy-on-write): do not change that image.",
        (
            "Sizes are pairs of processors and MiB from a fixed table, without those larger than "
            "the host."
        ),
        "The creation time and the image are known only for machines that the gateway ordered.",
        "Addresses come from libvirt's DHCP server and the host's ARP table.",
        "Volumes are those of active pools. Sizes are rounded up to whole GiB.",
        "The name of a new volume ends with the id of its job, which its tag `gateway-job` shows.",
        (
            "A volume can be detached from a running machine only if the guest cooperates, and not "
            "if the machine runs from it."
        ),
        (
            "A password is sent only over TLS. Transports that run programs, such as ssh, are "
            "refused."
        ),
    ),
    refusals=REFUSALS,
    blockers=(
        "The state of the machine: an action that needs another state.",
        "A transient domain: stop, because libvirt would delete it then, and suspend.",
    ),
    not_covered=(
        "Domains of other connections of the host: `qemu:///session`, and drivers such as LXC.",
        "Machines that run without libvirt, and those of other hosts.",
    ),
    table=table_of(actions, orders, blockers, volumes, volume_attachment),
)
