"""Amazon EC2, and clouds that are compatible with it."""

from decimal import Decimal

from inventory.providers.account import AccountFields
from inventory.providers.capability import Capability
from inventory.providers.ec2 import (
    actions,
    blockers,
    dry_run,
    failures,
    key_pairs,
    own_images,
    security_groups,
    snapshots,
    volumes,
)
from inventory.providers.ec2.credentials import FIELDS
from inventory.providers.ec2.driver import EC2Driver
from inventory.providers.ec2.dry_run import DRY_RUN
from inventory.providers.ec2.identities import judge
from inventory.providers.ec2.names import NAME_RULES, TAG_RULES, TEXT_RULES
from inventory.providers.ec2.parse import STATES
from inventory.providers.ec2.refusals import REFUSALS
from inventory.providers.ec2.regions import DEFAULT_REGION, every_region, known_regions
from inventory.providers.kind import ProviderKind, RateLimit
from inventory.providers.login_users import EC2
from inventory.providers.price_file import ec2_price, file_as_of
from inventory.providers.prices import Charge, Prices
from inventory.providers.s3 import LIMITS as S3_LIMITS
from inventory.providers.s3 import buckets, objects, signed_requests
from inventory.providers.s3.names import STORE
from inventory.providers.s3.refusals import REFUSALS as S3_REFUSALS
from inventory.providers.table import table_of
from inventory.types import VMBackend

KIND = ProviderKind(
    slug="aws",
    label="Amazon Web Services",
    description="Amazon EC2, or a cloud that is compatible with it.",
    driver=EC2Driver,
    credentials=FIELDS,
    judge=judge,
    account=AccountFields(
        compared=("role_arn", "endpoint_url", "profile", "instance_role"),
        ignored=("access_key_id", "external_id"),
        unnoticed=("Keys of another account are noticed only if `role_arn` differs.",),
        later=("profile", "instance_role"),
        known_by=("access_key_id", "role_arn", "profile", "instance_role"),
    ),
    # docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html: ClientToken of RunInstances
    # and CreateVolume. A name makes one bucket.
    repeatable=frozenset(
        {Capability.PROVISION, Capability.CREATE_VOLUME, Capability.CREATE_BUCKET}
    ),
    takes_spot=True,
    # docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotMarketOptions.html: MaxPrice.
    spot_price_above=Decimal("0.001"),
    name_rules=NAME_RULES,
    text_rules=TEXT_RULES,
    tags=TAG_RULES,
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-key-pairs.html: "supported".
    key_types=frozenset({"rsa", "ed25519"}),
    login_users=EC2,
    store=STORE,
    default_regions=(DEFAULT_REGION,),
    backend=VMBackend.NITRO,
    # Half of what EC2 refills for DescribeInstances: "Request throttling for the Amazon EC2 API".
    rate=RateLimit(per_second=10, burst=50),
    states=STATES,
    known_regions=known_regions,
    every_region=every_region,
    prices_as_of=file_as_of,
    # "You are not charged for usage or data transfer fees for stopped instances": its volumes are.
    prices=Prices(
        listed=ec2_price,
        stopped=Charge.NOTHING,
        stopped_source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Stop_Start.html",
    ),
    permissions=("The policy in [aws.md](aws.md).",),
    limits=(
        "EC2 hibernates only instances that were launched for it, and shows them as stopped.",
        (
            "A spot machine that is ordered here cannot be stopped, only terminated; a dry run "
            "does not know that. EC2 ends it when it needs the capacity."
        ),
        (
            "A spot machine of a persistent request, made elsewhere, is replaced by EC2 when it is "
            "terminated. Cancel the request first."
        ),
        (
            "A machine can be resized only while it is stopped, and only to a size of its "
            "architecture."
        ),
        "Prices are list prices: see [prices.md](prices.md).",
        "A search for images finds deprecated ones, too. A list without a search leaves them out.",
        "Deleting an image leaves its snapshots.",
        *S3_LIMITS,
    ),
    dry_run=DRY_RUN,
    refusals=(*REFUSALS, *S3_REFUSALS),
    blockers=(
        "`disableApiStop`: stop.",
        "`disableApiTermination`: terminate.",
        (
            "To read them, the gateway needs `ec2:DescribeInstanceAttribute`. Without it, a "
            "protection is reported only when the job asks EC2 for the action."
        ),
    ),
    not_covered=(
        "Regions that are not connected, unless the regions are `all`.",
        "Machines of other services: Lightsail, WorkSpaces, ECS and EKS on Fargate, Lambda.",
        "Dedicated hosts themselves; the instances on them are shown.",
        "Terminated instances, about an hour after they have terminated.",
    ),
    # No suspend: EC2 hibernates only what was launched for it, and shows it as stopped.
    table=table_of(
        actions,
        volumes,
        snapshots,
        own_images,
        key_pairs,
        security_groups,
        dry_run,
        failures,
        blockers,
        buckets,
        objects,
        signed_requests,
    ),
)
