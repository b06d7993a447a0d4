"""Google Cloud: Compute Engine and Cloud Storage."""

from inventory.providers.account import AccountFields
from inventory.providers.capability import Capability
from inventory.providers.google import (
    actions,
    blockers,
    failures,
    images,
    permissions,
    snapshots,
    volumes,
)
from inventory.providers.google.account import FIELDS, judge, project_of
from inventory.providers.google.machine_types import disk_name, parts_of, region_of
from inventory.providers.google.names import NAME_RULES, NOT_TAKEN
from inventory.providers.google.parse import STATES, custom_size, is_custom_type
from inventory.providers.google.refusals import REFUSALS
from inventory.providers.google.storage import buckets, objects, signed_requests
from inventory.providers.google.storage.names import STORE
from inventory.providers.kind import GLOBAL, ProviderKind, RateLimit, driver_at, only_global
from inventory.providers.price_file import file_as_of, google_price
from inventory.providers.prices import Charge, Prices
from inventory.providers.table import table_of
from inventory.types import VMBackend

KIND = ProviderKind(
    slug="google",
    label="Google Cloud",
    description="Compute Engine in one project, in all its zones, and its Cloud Storage.",
    driver=driver_at("inventory.providers.google.driver", "GoogleDriver"),
    credentials=FIELDS,
    account=AccountFields(
        compared=("project",), order_settings=("zone", "network"), read=project_of
    ),
    judge=judge,
    # docs.cloud.google.com/compute/docs/reference/rest/v1/instances/insert: requestId. A name
    # makes one bucket.
    repeatable=frozenset({Capability.PROVISION, Capability.CREATE_BUCKET}),
    takes_unlisted_size=is_custom_type,
    default_regions=(GLOBAL,),
    known_regions=only_global,
    every_region=only_global,
    backend=VMBackend.KVM,
    # A third of what a project may read: "Rate quotas" in the Compute Engine documentation.
    rate=RateLimit(per_second=8, burst=100),
    states=STATES,
    prices_as_of=file_as_of,
    # TERMINATED is stopped and free; the memory of what is SUSPENDED is paid for.
    prices=Prices(
        listed=google_price,
        parts=parts_of,
        stated_size=custom_size,
        volume_name=disk_name,
        region_of=region_of,
        stopped=Charge.NOTHING,
        stopped_source="https://docs.cloud.google.com/compute/docs/instances/stop-start-instance",
    ),
    unorderable=frozenset({"key_pair"}),
    permissions=(
        "The role Compute Viewer to list, Compute Instance Admin (v1) to change,",
        "and Service Account User where new machines run as a service account.",
        "For buckets: Storage Admin. The role Storage Object Admin cannot list buckets.",
    ),
    limits=(
        "Tags are an instance's labels. Its network tags are not shown.",
        "Alias IP ranges are shown as private addresses; a range of one address, as that address.",
        "A stopped machine, which Google calls TERMINATED, is shown as STOPPED.",
        "A reboot is a hard reset, like a power failure; Google has no other.",
        "Labels have only lower-case letters, digits, `-` and `_`.",
        "The security groups of an order are network tags.",
        (
            "SSH keys come from the project's metadata or OS Login. They are not shown as key "
            "pairs: a key in the metadata opens all machines, and can be changed only together "
            "with all others."
        ),
        (
            "Firewall rules are not shown as security groups: unlike a security group's rules, "
            "they can deny traffic, have priorities and can be disabled."
        ),
        ("An image of a machine contains only its boot disk. The image does not name its machine."),
        "Prices are list prices, without sustained-use discounts: see [prices.md](prices.md).",
        "Only the sizes of the account's `zone` are listed. Orders without a location go there.",
        (
            "A new bucket is in the region of the account's `zone`. The place of other buckets "
            "is not shown."
        ),
        (
            "`public` is derived from the IAM policy of a bucket, for at most 25 buckets of a "
            "list. A new bucket has uniform bucket-level access; one that is not public has "
            "public access prevention."
        ),
        (
            "Deleted objects and buckets can be restored at Google until the period of the "
            "bucket's soft-delete policy ends, and cost money until then."
        ),
        (
            "Cloud Storage was tested with a stand-in that follows its reference, not with a "
            "real account."
        ),
    ),
    name_rules=NAME_RULES,
    not_taken=NOT_TAKEN,
    refusals=REFUSALS,
    store=STORE,
    blockers=("`deletionProtection`: terminate.",),
    not_covered=(
        "Other projects of the organization.",
        (
            "Machines that services manage themselves, for example Cloud Run, App Engine and "
            "Cloud SQL."
        ),
        "Bare Metal Solution and VMware Engine.",
        "Buckets of other projects, even if this account may read them.",
    ),
    table=table_of(
        actions,
        volumes,
        snapshots,
        images,
        permissions,
        failures,
        blockers,
        buckets,
        objects,
        signed_requests,
    ),
)
