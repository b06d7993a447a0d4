"""Object stores that are compatible with S3: MinIO, Ceph, SeaweedFS, Garage and others."""

from inventory.providers.account import AccountFields
from inventory.providers.capability import Capability
from inventory.providers.credential import CredentialField
from inventory.providers.kind import ProviderKind, driver_at
from inventory.providers.s3 import buckets, objects, signed_requests
from inventory.providers.s3.names import STORE
from inventory.providers.s3.refusals import REFUSALS
from inventory.providers.table import table_of

LIMITS = (
    "The rules of S3 for names apply; a store may have further rules.",
    (
        "Versioning, public access, encryption and tags take four to six requests for each "
        "bucket. A list reads them for at most 25 buckets; a read of one bucket always includes "
        "them."
    ),
    (
        "`public` is derived from the policy and the access control list of a bucket. A block of "
        "public access for the whole account is ignored."
    ),
)

KIND = ProviderKind(
    slug="s3",
    label="S3-compatible storage",
    description="An object store that is compatible with Amazon S3. Buckets of an AWS account are "
    "shown by the kind aws.",
    driver=driver_at("inventory.providers.s3.driver", "S3Driver"),
    credentials=(
        CredentialField("endpoint_url", "Endpoint", help="The store's address.", url=True),
        CredentialField(
            "access_key_id",
            "Access key ID",
            help="The key of a user of the store.",
            sample="sample",
        ),
        CredentialField(
            "secret_access_key", "Secret access key", help="The secret of that key.", secret=True
        ),
        CredentialField(
            "session_token",
            "Session token",
            help="Only with temporary credentials.",
            secret=True,
            required=False,
        ),
        CredentialField(
            "path_style",
            "Path style",
            help="True: the bucket is in the path of an address; false: in its host.",
            required=False,
            type=bool,
            default=True,
        ),
    ),
    account=AccountFields(compared=("endpoint_url", "access_key_id"), ignored=("path_style",)),
    # The region is what requests are signed for: most stores have one, and take any name.
    default_regions=("us-east-1",),
    permissions=(
        (
            "The actions that [object-storage.md](object-storage.md) lists, if the store has "
            "policies."
        ),
    ),
    limits=(*LIMITS, "Connect one region: several would list the same buckets."),
    refusals=REFUSALS,
    store=STORE,
    # A name makes one bucket: one that exists is never created again.
    repeatable=frozenset({Capability.CREATE_BUCKET}),
    not_covered=("Buckets of other users, even if these keys may use them.",),
    table=table_of(buckets, objects, signed_requests),
)
