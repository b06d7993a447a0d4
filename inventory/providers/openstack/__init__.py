"""OpenStack: any cloud with Keystone v3, Nova, Glance and Neutron; Chameleon and Jetstream too."""

from inventory.providers.account import AccountFields
from inventory.providers.capability import Capability
from inventory.providers.kind import ProviderKind, driver_at, listed_sizes_only
from inventory.providers.login_users import OPENSTACK
from inventory.providers.openstack import (
    actions,
    blockers,
    failures,
    images,
    key_pairs,
    operations,
    permissions,
    security_groups,
    snapshots,
    volumes,
)
from inventory.providers.openstack.credentials import FIELDS, judge, with_plain_address
from inventory.providers.openstack.names import NAME_RULES, NOT_TAKEN, TEXT_RULES
from inventory.providers.openstack.parse import STATES, UNCONFIRMED
from inventory.providers.openstack.refusals import REFUSALS
from inventory.providers.openstack.swift import buckets, objects, temp_urls
from inventory.providers.openstack.swift.names import NOT_TAKEN as NOT_TAKEN_BY_SWIFT
from inventory.providers.openstack.swift.names import STORE
from inventory.providers.table import table_of
from inventory.types import VMBackend

DEFAULT_REGIONS = ("RegionOne",)  # what OpenStack's own tools call the first one

KIND = ProviderKind(
    slug="openstack",
    label="OpenStack",
    description="A project of an OpenStack cloud, for example Chameleon or Jetstream.",
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
        known_by=("project", "application_credential_id"),
    ),
    judge=judge,
    takes_unlisted_size=listed_sizes_only,
    default_regions=DEFAULT_REGIONS,
    every_region=lambda _credentials: DEFAULT_REGIONS,  # until Keystone is asked
    backend=VMBackend.KVM,
    states=STATES,
    unconfirmed=frozenset({UNCONFIRMED}),
    name_rules=NAME_RULES,
    text_rules=TEXT_RULES,
    not_taken=NOT_TAKEN | NOT_TAKEN_BY_SWIFT,
    store=STORE,
    # ``cross_az_attach`` of nova is true unless an operator changed it.
    attaches_across_zones=True,
    # A name is one key pair of a user: "Import (or create) Keypair" in the Compute API reference. A
    # name makes one container.
    repeatable=frozenset({Capability.IMPORT_KEY_PAIR, Capability.CREATE_BUCKET}),
    permissions=("The role `member` in the project; to list, the role `reader` is enough.",),
    limits=(
        "Tags are a server's metadata. Its server tags (nova microversion 2.26) are not shown.",
        (
            "A floating address is shown as public, even in a private range; the range of any "
            "other address decides."
        ),
        "Machines are ordered from images; booting from a volume is not supported.",
        "If a project sees several networks, `network` must name the network of new machines.",
        "Prices are not known.",
        (
            "Key pairs belong to the user, in all projects. An imported key has a mark in its "
            "comment."
        ),
        (
            "A volume's type decides its encryption. An attached volume can be enlarged only if "
            "cinder has version 3.42."
        ),
        "A rule whose source is another security group applies to IPv4 and to IPv6.",
        "A new security group has rules that let its machines connect to any address.",
        "A shelved server is shown as STOPPED; a start unshelves it.",
        (
            "Buckets are containers of the region's object store (Swift or Ceph). A list reads "
            "the details of at most 25; the encryption of a container is not reported."
        ),
        (
            "For a week (`reclaim_age` of Swift), a container that was deleted and created again "
            "under its name has the creation time of the first one, so `deleteBucket` cannot "
            "distinguish the two."
        ),
        (
            "A signed request is a temporary URL, signed with the key of the container or the "
            "account. If neither has one, the gateway creates a key for the container. The store "
            "must have `tempurl` in its `/info`."
        ),
        (
            "`deleteBucket` with `force` deletes a large object's manifest, and leaves its "
            "segments, which are in another container."
        ),
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
        "Servers of other projects and of regions that are not connected.",
        "Security groups that another project shares with this one.",
        "Bare-metal nodes that Ironic deploys without Nova, and containers of Zun.",
        "Machines that services such as Octavia and Trove keep in a project of their own.",
        (
            "Servers of a cell that does not answer, where nova is older than 19 (microversion "
            "2.69), or beyond the first page of its list: it leaves them out and reports no error "
            "([Handling Down Cells](https://docs.openstack.org/api-guide/compute/"
            "down_cells.html)). Others are shown with the state UNKNOWN, under their id."
        ),
    ),
    table=table_of(
        actions,
        permissions,
        failures,
        operations,
        blockers,
        key_pairs,
        security_groups,
        volumes,
        snapshots,
        buckets,
        objects,
        temp_urls,
        images,
        over=actions.BY_METHODS,
    ).needing("virtual_machines", to_read=permissions.READER, to_act=permissions.MEMBER),
)
