"""What DigitalOcean calls that which each capability takes: "Custom scopes" of its tokens.

Nothing tells which of them a token has.
"""

from inventory.providers.capability import Capability

ACTIONS = {
    Capability.LIST_MACHINES: ("droplet:read",),
    Capability.START: ("droplet:update",),
    Capability.STOP: ("droplet:update",),
    Capability.REBOOT: ("droplet:update",),
    Capability.RESIZE: ("droplet:update",),
    Capability.TAG: ("tag:create", "droplet:update"),
    Capability.TERMINATE: ("droplet:delete",),
    Capability.PROVISION: ("droplet:create",),
    Capability.LIST_SIZES: ("sizes:read",),
    Capability.LIST_IMAGES: ("image:read",),
    Capability.LIST_LOCATIONS: ("regions:read",),
}
