"""The keys of the role of the machine that the gateway runs on, from EC2's instance metadata.

By version 2 of the service alone, which wants a token:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
"""

from botocore.credentials import InstanceMetadataProvider
from botocore.exceptions import BotoCoreError
from botocore.utils import InstanceMetadataFetcher

from inventory.providers.boto.grants import grant_of
from inventory.providers.boto.sending import Sender
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.token_cache import Grant

METADATA = "http://169.254.169.254"
NO_ROLE = (
    "The machine that the gateway runs on has no instance role, or its metadata (version 2) cannot "
    "be reached from here; in a container the hop limit must be 2."
)


def instance_role_grant() -> Grant:
    """Raises ProviderError if the machine has no role."""
    fetcher = InstanceMetadataFetcher(
        env={},
        user_agent="cloud-gateway",
        config={"ec2_metadata_service_endpoint": METADATA, "ec2_metadata_v1_disabled": True},
    )
    # Not guarded: the guard keeps users' addresses from the metadata, and this one is fixed. An
    # entry in EGRESS_ALLOW would open it to every provider.
    fetcher._session = Sender(guarded=False)  # noqa: SLF001 - it opens connections of its own else
    try:
        found = InstanceMetadataProvider(iam_role_fetcher=fetcher).load()
    except (BotoCoreError, LookupError, ValueError):
        found = None
    if found is None:
        raise ProviderError(ProviderErrorCode.INVALID_CREDENTIALS, NO_ROLE)
    return grant_of(found)
