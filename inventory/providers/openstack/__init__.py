"""OpenStack: any cloud with Keystone v3, Nova, Glance and Neutron; Chameleon and Jetstream too."""

from inventory.providers.account import AccountFields
from inventory.providers.kind import ProviderKind, driver_at, listed_sizes_only
from inventory.providers.login_users import OPENSTACK
from inventory.providers.openstack import actions, blockers, failures, operations, permissions
from inventory.providers.openstack.credentials import FIELDS, judge, with_plain_address
from inventory.providers.openstack.parse import STATES, UNCONFIRMED
from inventory.providers.openstack.refusals import REFUSALS
from inventory.providers.table import table_of
from inventory.types import VMBackend

DEFAULT_REGIONS = ("RegionOne",)  # what OpenStack's own tools call the first one

KIND = ProviderKind(
    slug="openstack",
    label="OpenStack",
    description="A project of an OpenStack cloud, as Chameleon and Jetstream are.",
    driver=driver_at("inventory.providers.openstack.driver", "OpenStackDriver"),
    login_users=OPENSTACK,
    credentials=FIELDS,
    account=AccountFields(
        compared=(
            "auth_url",
            "project",
            "domain",
            "project_domain",
            "compute_endpoint",
            "image_endpoint",
            "network_endpoint",
        ),
        ignored=(
            "username",
            "user_id",
            "application_credential_id",
            "interface",
            "ca_certificate",
            "client_certificate",
        ),
        order_settings=("network",),
        canonical=with_plain_address,
        unnoticed=(
            "An application credential of another project of the same Keystone is not noticed.",
        ),
    ),
    judge=judge,
    takes_unlisted_size=listed_sizes_only,
    default_regions=DEFAULT_REGIONS,
    every_region=lambda _credentials: DEFAULT_REGIONS,  # until Keystone is asked
    backend=VMBackend.KVM,
    states=STATES,
    unconfirmed=frozenset({UNCONFIRMED}),
    actions=permissions.ACTIONS,
    permissions=("The role `member` in the project; `reader` is enough to look.",),
    limits=(
        "Tags are a server's metadata. Its server tags (nova microversion 2.26) are not shown.",
        (
            "A floating address is public, also one of a private range; others are judged by their "
            "range."
        ),
        "Machines are made from images; booting from a volume is not.",
        "Where a project sees several networks, `network` has to name the one of new machines.",
        "Prices are not known.",
        "A shelved server is told as STOPPED; a start unshelves it.",
    ),
    refusals=REFUSALS,
    blockers=(
        "`locked` (nova microversion 2.9): every action, unless the account has the role `admin`.",
        (
            "The status, by [nova's rules](https://opendev.org/openstack/nova/src/branch/master/"
            "nova/compute/api.py). A start needs SHUTOFF, PAUSED, SUSPENDED, SHELVED or "
            "SHELVED_OFFLOADED; a stop needs ACTIVE or ERROR; a reboot and a suspend need ACTIVE; "
            "a resize needs ACTIVE or SHUTOFF; tags need ACTIVE, PAUSED, SUSPENDED or SHUTOFF."
        ),
        "A server that was never launched: every action but terminate.",
        "A task that is in progress: temporary, every action but terminate and tags.",
    ),
    not_covered=(
        "Servers of other projects, and of regions that are not connected.",
        "Bare-metal nodes that Ironic deploys without Nova, and containers of Zun.",
        "Machines that services such as Octavia and Trove keep in a project of their own.",
        (
            "Servers of a cell that does not answer, where nova is older than 19 (microversion "
            "2.69), or beyond the first page of its list: it leaves them out and reports no error "
            "([Handling Down Cells](https://docs.openstack.org/api-guide/compute/"
            "down_cells.html)). Others are shown with the state UNKNOWN, under their id."
        ),
    ),
    table=table_of(actions, permissions, failures, operations, blockers, over=actions.BY_METHODS),
)
