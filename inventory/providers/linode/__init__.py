"""Linode (Akamai), API v4, on libcloud's driver."""

from inventory.providers.flat_tags import EXACT_WORDS
from inventory.providers.kind import RateLimit, driver_at
from inventory.providers.libcloud.methods import table_over_methods
from inventory.providers.libcloud.token_kind import token_kind
from inventory.providers.linode import actions, permissions, reports
from inventory.providers.linode.parse import STATES
from inventory.providers.linode.refusals import REFUSALS
from inventory.providers.login_users import ROOT
from inventory.providers.table import table_of

METHODS = table_over_methods(reports.EVENTS, resize="ex_resize_node")
KIND = token_kind(
    "Linode",
    slug="linode",
    description="Linodes of an Akamai account, in all its regions.",
    driver=driver_at("inventory.providers.linode.driver", "LinodeDriver"),
    login_users=ROOT,
    made_at="API Tokens in the Cloud Manager",
    # Lists may be asked for 200 times a minute: "Rate limits" in the Linode API reference.
    rate=RateLimit(per_second=1.5, burst=100),
    states=STATES,
    unorderable=frozenset({"security_groups"}),
    actions=permissions.ACTIONS,
    permissions=(
        "A token with Linodes, Images and Account: Read Only to look;",
        "without Images, the id of an image stands in place of its name;",
        "Linodes: Read/Write to change. A restricted user needs the grant add_linodes to order.",
    ),
    limits=(
        "A tag has 3 to 50 characters.",
        "The reply to a request names no event, so a failed one may be another user's.",
        "Addresses of VPCs, and IPv6 ranges that are routed to a Linode, are not shown.",
        "A key pair is named by the label of an SSH key of the token's user.",
        "A new machine's root password is random and told to nobody: order it with a key.",
        "An order without a location goes to the first region that sells Linodes.",
    ),
    tags=EXACT_WORDS,
    refusals=REFUSALS,
    blockers=(
        "The resource locks `cannot_delete` and `cannot_delete_with_subresources`: terminate.",
    ),
    not_covered=(
        "Other accounts, child accounts too.",
        "Linodes that a restricted user has no grant for.",
        "Machines that services keep to themselves, as NodeBalancers and managed databases do.",
    ),
    table=table_of(actions, permissions, reports, over=METHODS),
)
