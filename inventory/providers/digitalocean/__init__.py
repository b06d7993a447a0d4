"""DigitalOcean, API v2, on libcloud's driver: docs.digitalocean.com/reference/api."""

from inventory.providers.capability import Capability as Can
from inventory.providers.digitalocean import images, key_pairs, snapshots, volumes
from inventory.providers.digitalocean.names import NAME_RULES, NOT_TAKEN
from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.flat_tags import WordRules
from inventory.providers.kind import RateLimit
from inventory.providers.libcloud.reports import Reports
from inventory.providers.libcloud.token_kind import token_kind
from inventory.providers.prices import Charge, Prices
from inventory.providers.refusals import final, temporary
from inventory.providers.tags import ignoring_case
from inventory.types import MachineState

# "Tag names are case stable": docs.digitalocean.com/reference/api/reference/tags
TAGS = WordRules(word=ignoring_case)
# "status" in "Droplets" of the API reference. Archived ones cannot be started.
STATES = {
    "new": MachineState.PENDING,
    "active": MachineState.RUNNING,
    "off": MachineState.STOPPED,
    "archive": MachineState.TERMINATED,
}
RATES = "https://docs.digitalocean.com/reference/api/intro/#rate-limit"
PENDING = "https://github.com/hashicorp/packer/issues/1814"
LIMITS = "https://docs.digitalocean.com/products/droplets/details/limits/"
ATTACHED_VOLUME = "https://github.com/digitalocean/terraform-provider-digitalocean/issues/27"
NOT_ATTACHED = "https://github.com/digitalocean/doctl/issues/207"
CSI = "https://github.com/digitalocean/csi-digitalocean/blob/master/driver/controller.go"
KEY_IN_USE = "https://docs.digitalocean.com/reference/api/reference/ssh-keys/"
IN_USE = "A volume that's attached to a Droplet cannot be deleted."
RATE = "API Rate limit exceeded."
EVENT = "Droplet already has a pending event."
FULL = "creating this/these droplet(s) will exceed your droplet limit"
LIMIT = r"exceeds? (?:your|the) [\w ]*limit"
ANY = "unprocessable_entity"  # the word of many refusals; their messages differ
REFUSALS = (
    temporary(Code.RATE_LIMITED, 429, RATE, word="too_many_requests", source=RATES),
    temporary(Code.CONFLICT, 422, EVENT, word=ANY, pattern="pending event", source=PENDING),
    final(Code.QUOTA_EXCEEDED, 422, FULL, word=ANY, pattern=LIMIT, source=LIMITS),
    final(Code.QUOTA_EXCEEDED, 403, FULL, pattern=f"will {LIMIT}", source=LIMITS),
    final(Code.CONFLICT, 409, IN_USE, word="conflict", source=ATTACHED_VOLUME),
    *(
        final(Code.CONFLICT, 422, text, word=ANY, pattern=text, source=source)
        for text, source in (
            ("This volume is already attached", CSI),
            ("Attachment not found", NOT_ATTACHED),
            ("SSH Key is already in use", KEY_IN_USE),
        )
    ),
)
# "Droplet Actions". The replies to a deletion and to a change of tags name no action.
ACTIONS = Reports(
    "type",
    {
        Can.START: ("power_on",),
        Can.STOP: ("shutdown", "power_off"),
        Can.REBOOT: ("reboot", "power_cycle"),
        Can.RESIZE: ("resize",),
        Can.TERMINATE: ("destroy",),
        Can.PROVISION: ("create",),
    },
    object_id=("resource_id",),
    failed="errored",
    unexplained="DigitalOcean's action {} ended with an error.",  # it gives no reason
    in_progress="in-progress",
)
KIND = token_kind(
    "DigitalOcean",
    slug="digitalocean",
    description="Droplets of a DigitalOcean team, in all its regions.",
    driver="DigitalOceanDriver",
    made_at="API in the control panel",
    # A token may ask 5,000 times an hour: "Rate limit" in the DigitalOcean API reference.
    rate=RateLimit(per_second=1, burst=100),
    states=STATES,
    reports=ACTIONS,
    methods={"start": "ex_power_on_node", "stop": "ex_shutdown_node", "resize": "ex_resize_node"},
    # Its resources stay reserved, and are paid for until it is deleted.
    prices=Prices(
        region_of=lambda region, location: location or region,
        stopped=Charge.ALL,
        stopped_source="https://docs.digitalocean.com/products/droplets/details/pricing/",
    ),
    # "Custom scopes" of a token. Nothing reports which of them it has.
    actions=dict.fromkeys((Can.START, Can.STOP, Can.REBOOT, Can.RESIZE), ("droplet:update",))
    | {
        Can.LIST_MACHINES: ("droplet:read",),
        Can.TAG: ("tag:create", "droplet:update"),
        Can.TERMINATE: ("droplet:delete",),
        Can.PROVISION: ("droplet:create",),
        Can.LIST_SIZES: ("sizes:read",),
        Can.LIST_IMAGES: ("image:read",),
        Can.LIST_LOCATIONS: ("regions:read",),
    },
    permissions=(
        "The scopes droplet:read, image:read, sizes:read and regions:read to list;",
        "droplet:create, droplet:update, droplet:delete and tag:create to change.",
        "For volumes, snapshots and SSH keys, the scopes that are named below.",
    ),
    limits=(
        "Tags are case-insensitive: the first spelling of a tag in the team is kept and shown.",
        "An order names its key pair by its id or fingerprint.",
        (
            "The reply to a deletion names no action, so a failed action may come from another "
            "request."
        ),
        "An order cannot choose firewalls: they apply to droplets by tags.",
        (
            "Firewalls are not shown as security groups: their rules may name tags, droplets and "
            "load balancers, and the request that creates one has no place for a mark of the "
            "job."
        ),
        "An order of a volume without a location goes to the first region that offers volumes.",
    ),
    tags=TAGS,
    modules=(volumes, snapshots, key_pairs, images),
    name_rules=NAME_RULES,
    not_taken=NOT_TAKEN,
    # An account has each key once.
    repeatable=frozenset({Can.IMPORT_KEY_PAIR}),
    refusals=REFUSALS,
    blockers=("`locked`, while an action is in progress: temporary, every action but tags.",),
    not_covered=(
        "Other teams of the user.",
        "Machines that services manage themselves: App Platform, Functions, managed databases.",
        "Control planes of Kubernetes clusters; their nodes are droplets and are shown.",
        "Bare metal GPUs.",
    ),
)
