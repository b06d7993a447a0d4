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
        "The right to manage the daemon; where its access driver distinguishes users, the actions",
        "that `checkProvider` names.",
    ),
    limits=(
        "A stop asks the guest to shut down. If the guest hangs, the job fails.",
        "A reboot is a reset, as if the power failed; a polite one shows no effect.",
        "A suspend is libvirt's managed save; what is suspended cannot be stopped, only resumed.",
        "Terminating deletes the disk that was ordered with the machine, and no other disk.",
        "A disk stays while another machine has it, or another volume is a layer on it.",
        "Images are the files of the pool that are no machine's disk, after `virsh pool-refresh`.",
        "A new machine's disk is a layer over its image, which must stay as it is.",
        "Sizes are processors × MiB, of a table, as far as the host has as much.",
        "When a machine was made, and of what, is known of those ordered here alone.",
        "Addresses are those of libvirt's DHCP and of the host's ARP table.",
        "Volumes are those of active pools. Sizes are rounded up to whole GiB.",
        "The name of a new volume ends with the id of its job, which its tag `gateway-job` shows.",
        "Detaching from a running machine is a wish of the guest too.",
        "A password needs TLS; transports that run programs, as ssh, are not taken.",
    ),
    refusals=REFUSALS,
    blockers=(
        "Whether it runs, is shut off or suspended: what needs another state is refused.",
        "Whether it is transient: libvirt would delete it when it stops, and refuses a suspend.",
    ),
    not_covered=(
        "Domains of other connections of the host: `qemu:///session`, and drivers such as LXC.",
        "Machines that run without libvirt, and those of other hosts.",
    ),
    table=table_of(actions, orders, blockers, volumes, volume_attachment),
)
