"""DigitalOcean, API v2."""

from inventory.providers.account import AccountFields
from inventory.providers.credential import CredentialField
from inventory.providers.digitalocean import actions, blockers, failures
from inventory.providers.digitalocean.parse import STATES
from inventory.providers.digitalocean.permissions import ACTIONS
from inventory.providers.digitalocean.refusals import REFUSALS
from inventory.providers.flat_tags import WORD_LIMITS
from inventory.providers.generic import table_over_libcloud
from inventory.providers.kind import (
    GLOBAL,
    ProviderKind,
    RateLimit,
    driver_at,
    listed_sizes_only,
    only_global,
)
from inventory.providers.table import table_of
from inventory.types import VMBackend

KIND = ProviderKind(
    slug="digitalocean",
    label="DigitalOcean",
    description="Droplets of a DigitalOcean team, in all its regions.",
    driver=driver_at("inventory.providers.digitalocean.driver", "DigitalOceanDriver"),
    credentials=(
        CredentialField(
            "token",
            "Access token",
            help="A personal access token, made under API in the control panel.",
            secret=True,
        ),
    ),
    account=AccountFields(unnoticed=("Only DigitalOcean itself knows whose a token is.",)),
    takes_unlisted_size=listed_sizes_only,
    default_regions=(GLOBAL,),
    known_regions=only_global,
    every_region=only_global,
    backend=VMBackend.KVM,
    # A token may ask 5,000 times an hour: "Rate limit" in the DigitalOcean API reference.
    rate=RateLimit(per_second=1, burst=100),
    states=STATES,
    unorderable=frozenset({"security_groups"}),
    actions=ACTIONS,
    permissions=(
        "The scopes droplet:read, image:read, sizes:read and regions:read to look;",
        "droplet:create, droplet:update, droplet:delete and tag:create to change.",
    ),
    limits=(
        "A stop is a wish of the guest: one that hangs ends as a failed job, not as stopped.",
        *WORD_LIMITS,
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
    table=table_of(actions, failures, blockers, over=table_over_libcloud(STATES)),
)
