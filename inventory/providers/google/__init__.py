"""Google Compute Engine."""

from inventory.providers.account import AccountFields
from inventory.providers.capability import Capability
from inventory.providers.google import actions, blockers, failures, permissions
from inventory.providers.google.account import FIELDS, judge, project_of
from inventory.providers.google.parse import STATES, is_custom_type
from inventory.providers.google.refusals import REFUSALS
from inventory.providers.kind import GLOBAL, ProviderKind, RateLimit, driver_at, only_global
from inventory.providers.table import table_of
from inventory.types import VMBackend

KIND = ProviderKind(
    slug="google",
    label="Google Cloud",
    description="Compute Engine in one project, in all its zones.",
    driver=driver_at("inventory.providers.google.driver", "GoogleDriver"),
    credentials=FIELDS,
    account=AccountFields(
        compared=("project",), order_settings=("zone", "network"), read=project_of
    ),
    judge=judge,
    # docs.cloud.google.com/compute/docs/reference/rest/v1/instances/insert: requestId.
    repeatable=frozenset({Capability.PROVISION}),
    takes_unlisted_size=is_custom_type,
    default_regions=(GLOBAL,),
    known_regions=only_global,
    every_region=only_global,
    backend=VMBackend.KVM,
    # A third of what a project may read: "Rate quotas" in the Compute Engine documentation.
    rate=RateLimit(per_second=8, burst=100),
    states=STATES,
    unorderable=frozenset({"key_pair"}),
    actions=permissions.ACTIONS,
    permissions=(
        "The role Compute Viewer to look, Compute Instance Admin (v1) to change,",
        "and Service Account User where new machines run as a service account.",
    ),
    limits=(
        "Tags are an instance's labels. Its network tags are not shown.",
        "Alias ranges are private addresses; a range of one address is shown as the address.",
        "Google says TERMINATED of what is only stopped; it is told as STOPPED.",
        "A reboot is a reset, as if the power failed; Google has no other.",
        "Tags are labels: small letters, digits, `-` and `_` alone.",
        "Security groups are network tags.",
        "Keys come from the project's metadata or OS Login. Prices are not known.",
        "Sizes are those of the account's `zone`, where orders without a location go.",
    ),
    refusals=REFUSALS,
    blockers=("`deletionProtection`: terminate.",),
    not_covered=(
        "Other projects of the organization.",
        "Machines that services keep to themselves, as Cloud Run, App Engine and Cloud SQL do.",
        "Bare Metal Solution and VMware Engine.",
    ),
    table=table_of(actions, permissions, failures, blockers),
)
