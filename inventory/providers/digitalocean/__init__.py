"""DigitalOcean, API v2, on libcloud's driver."""

from inventory.providers.capability import Capability as Can
from inventory.providers.digitalocean import actions, reports
from inventory.providers.digitalocean.parse import STATES
from inventory.providers.digitalocean.refusals import REFUSALS
from inventory.providers.kind import RateLimit, driver_at
from inventory.providers.libcloud.methods import table_over_methods
from inventory.providers.libcloud.token_kind import token_kind
from inventory.providers.login_users import ROOT
from inventory.providers.table import table_of

METHODS = {"start": "ex_power_on_node", "stop": "ex_shutdown_node", "resize": "ex_resize_node"}
KIND = token_kind(
    "DigitalOcean",
    slug="digitalocean",
    description="Droplets of a DigitalOcean team, in all its regions.",
    driver=driver_at("inventory.providers.digitalocean.driver", "DigitalOceanDriver"),
    login_users=ROOT,
    made_at="API in the control panel",
    # A token may ask 5,000 times an hour: "Rate limit" in the DigitalOcean API reference.
    rate=RateLimit(per_second=1, burst=100),
    states=STATES,
    unorderable=frozenset({"security_groups"}),
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
        "The scopes droplet:read, image:read, sizes:read and regions:read to look;",
        "droplet:create, droplet:update, droplet:delete and tag:create to change.",
    ),
    limits=(
        "Tags ignore case: the first spelling of a tag in the team is kept and shown.",
        "A key pair is named by its id or fingerprint.",
        "The reply to a deletion names no action, so a failed one may be another user's.",
        "Firewalls are chosen by tags, not in an order.",
    ),
    tags=actions.TAGS,
    refusals=REFUSALS,
    blockers=("`locked`, while an action is in progress: temporary, every action but tags.",),
    not_covered=(
        "Other teams of the user.",
        "Machines that services keep to themselves: App Platform, Functions, managed databases.",
        "Control planes of Kubernetes clusters; their nodes are droplets, and shown.",
        "Bare metal GPUs.",
    ),
    table=table_of(actions, reports, over=table_over_methods(reports.ACTIONS, **METHODS)),
)
