"""Linode (Akamai), API v4, on libcloud's driver: techdocs.akamai.com/linode-api/reference."""

from inventory.providers.capability import Capability as Can
from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.kind import RateLimit
from inventory.providers.libcloud.reports import Reports
from inventory.providers.libcloud.token_kind import token_kind
from inventory.providers.linode import images, key_pairs, permissions, volumes
from inventory.providers.linode.names import NAME_RULES, NOT_TAKEN
from inventory.providers.prices import Charge, Prices
from inventory.providers.refusals import final, temporary
from inventory.types import MachineState

# "status" in "View a Linode" of the API reference. The state after a migration or a rebuild is not
# known before.
STATES = {
    "running": MachineState.RUNNING,
    "offline": MachineState.STOPPED,
    "stopped": MachineState.STOPPED,
    "rebooting": MachineState.REBOOTING,
    **dict.fromkeys(("shutting_down", "deleting"), MachineState.STOPPING),
    **dict.fromkeys(
        ("booting", "provisioning", "migrating", "rebuilding", "cloning", "restoring", "resizing"),
        MachineState.PENDING,
    ),
}
RATES = "https://techdocs.akamai.com/linode-api/reference/rate-limits"
BUSY = "https://github.com/linode/linode_api4-python/issues/110"
ACCOUNT_LIMIT = "https://github.com/pulumi/templates/issues/184"
SERVICES_LIMIT = "https://github.com/linode/manager/pull/10620"
LOCKS = "https://techdocs.akamai.com/linode-api/reference/delete-linode-instance"
FULL = "Account Limit reached. Please open a support ticket."
FULL_OF_SERVICES = "You've reached a limit for the number of active services on your account."
LOCKED = "This Linode has a resource lock and cannot be deleted."
ANY_LIMIT = r"reached (?:a|the|your) limit"
ANY_LOCK = r"resource lock|cannot_delete|\bis locked\b"
# An error has a reason in plain text and no code.
REFUSALS = (
    temporary(Code.RATE_LIMITED, 429, "Too many requests", pattern="too many", source=RATES),
    temporary(Code.CONFLICT, 400, "Linode busy.", pattern=r"\bbusy\b", source=BUSY),
    final(Code.QUOTA_EXCEEDED, 400, FULL, pattern="account limit", source=ACCOUNT_LIMIT),
    final(Code.QUOTA_EXCEEDED, 400, FULL_OF_SERVICES, pattern=ANY_LIMIT, source=SERVICES_LIMIT),
    final(Code.CONFLICT, 400, LOCKED, pattern=ANY_LOCK, source=LOCKS),
)
EVENTS = Reports(
    "action",
    {
        Can.START: ("linode_boot",),
        Can.STOP: ("linode_shutdown",),
        Can.REBOOT: ("linode_reboot",),
        Can.RESIZE: ("linode_resize",),
        Can.TERMINATE: ("linode_delete",),
        Can.PROVISION: ("linode_create", "linode_boot"),
    },
    object_id=("entity", "id"),
    failed="failed",
    unexplained="{} failed.",
)
KIND = token_kind(
    "Linode",
    slug="linode",
    description="Linodes of an Akamai account, in all its regions.",
    driver="LinodeDriver",
    made_at="API Tokens in the Cloud Manager",
    # Lists may be asked for 200 times a minute: "Rate limits" in the Linode API reference.
    rate=RateLimit(per_second=1.5, burst=100),
    states=STATES,
    reports=EVENTS,
    methods={"resize": "ex_resize_node"},
    modules=(permissions, volumes, key_pairs, images),
    name_rules=NAME_RULES,
    not_taken=NOT_TAKEN,
    scopes={"to_read": "linodes:read_only", "to_act": "linodes:read_write"},
    # Its resources stay reserved, and are paid for until it is deleted.
    prices=Prices(
        region_of=lambda region, location: location or region,
        same_everywhere=False,  # a type's record has the usual price; some regions have another
        stopped=Charge.ALL,
        stopped_source="https://techdocs.akamai.com/cloud-computing/docs/understanding-how-billing-works",
    ),
    permissions=(
        "A token with Linodes, Images and Account: Read Only to list machines;",
        "without Images, the id of an image is shown in place of its name;",
        "Volumes: Read Only to list volumes, Account: Read Only to list SSH keys;",
        "Read/Write for these and for Images to change them.",
        (
            "Linodes: Read/Write to change machines. A restricted user needs the grant "
            "add_linodes to order."
        ),
    ),
    limits=(
        "A tag has 3 to 50 characters.",
        "The reply to a request names no event, so a failed event may come from another request.",
        "Addresses of VPCs, and IPv6 ranges that are routed to a Linode, are not shown.",
        (
            "An order names its key pair by the label or the number of an SSH key of the token's "
            "user."
        ),
        (
            "Firewalls are not shown as security groups: they have rules that drop traffic, and "
            "policies for traffic that no rule matches."
        ),
        "An order of a volume without a location goes to the first region that has volumes.",
        (
            "An image of a machine contains its only disk other than swap; a machine with more "
            "disks is refused. The image does not name its machine."
        ),
        "A new machine's root password is random and not stored anywhere: order it with a key.",
        "An order without a location goes to the first region that sells Linodes.",
    ),
    refusals=REFUSALS,
    blockers=(
        "The resource locks `cannot_delete` and `cannot_delete_with_subresources`: terminate.",
    ),
    not_covered=(
        "Other accounts, including child accounts.",
        "Linodes for which a restricted user has no grant.",
        (
            "Machines that services manage themselves, for example NodeBalancers and managed "
            "databases."
        ),
    ),
)
