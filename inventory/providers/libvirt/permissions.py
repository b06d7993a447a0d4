"""What libvirt itself calls that which is needed, where an access driver tells users apart.

Each is an action of polkit below ``org.libvirt.api``: libvirt.org/acl.html and aclpolkit.html.
Nothing tells an account which of them it has before it tries.
"""

from inventory.providers.capability import Capability

PREFIX = "org.libvirt.api."
_NAMES = {
    Capability.LIST_MACHINES: ("connect.search-domains", "domain.getattr", "domain.read"),
    Capability.START: ("domain.start", "domain.suspend", "domain.pm-control"),
    Capability.STOP: ("domain.init-control",),
    Capability.REBOOT: ("domain.reset",),
    Capability.SUSPEND: ("domain.hibernate",),
    Capability.RESUME: ("domain.start", "domain.suspend", "domain.pm-control"),
    Capability.RESIZE: ("domain.read-secure", "domain.write", "domain.save"),
    Capability.TAG: ("domain.write", "domain.save"),
    Capability.TERMINATE: ("domain.stop", "domain.delete", "storage-vol.delete"),
    Capability.PROVISION: (
        "storage-vol.create",
        "connect.write",
        "domain.write",
        "domain.save",
        "domain.start",
    ),
    Capability.LIST_SIZES: ("connect.read",),
    Capability.LIST_IMAGES: (
        "storage-pool.getattr",
        "storage-pool.search-storage-vols",
        "storage-vol.getattr",
        "storage-vol.read",
    ),
    Capability.LIST_LOCATIONS: ("connect.getattr",),
}
ACTIONS = {
    capability: tuple(PREFIX + name for name in names) for capability, names in _NAMES.items()
}
