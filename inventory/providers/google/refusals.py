"""The refusals of Compute Engine that are temporary, and those that are final.

The words are the reasons of "errors[]" in a reply, and the codes of an operation's error.
"""

from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.google.storage.refusals import REFUSALS as OF_STORAGE
from inventory.providers.refusals import final, temporary

ERRORS = "https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-vm-creation"
QUOTAS = "https://cloud.google.com/compute/resource-usage"
STOCK = (
    "https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-resource-availability"
)
PROTECTION = "https://cloud.google.com/compute/docs/instances/preventing-accidental-vm-deletion"
PROTECTED = "https://github.com/hashicorp/terraform-provider-google/pull/1211"
NOT_READY = "https://github.com/googleapis/google-api-python-client/issues/485"
RATES = "https://cloud.google.com/compute/api-quota"
IN_USE = "https://github.com/hashicorp/terraform/issues/23698"
FINGERPRINT = "https://cloud.google.com/compute/docs/labeling-resources"

REFUSALS = (
    *OF_STORAGE,
    *(
        temporary(Code.RATE_LIMITED, 403, sample, word=word, source=RATES)
        for word, sample in (
            ("rateLimitExceeded", "Rate Limit Exceeded"),
            ("userRateLimitExceeded", "User Rate Limit Exceeded"),
            ("resourceOperationRateExceeded", "Operation rate exceeded for the resource."),
        )
    ),
    temporary(
        Code.CONFLICT,
        400,
        "The resource 'projects/p/zones/us-central1-a/instances/web' is not ready",
        word="resourceNotReady",
        source=NOT_READY,
    ),
    final(
        Code.CONFLICT,
        400,
        "Invalid resource usage: 'Resource cannot be deleted if it's protected against deletion.'.",
        word="invalidResourceUsage",
        source=PROTECTED,
    ),
    final(
        Code.CONFLICT,
        412,
        "Resource cannot be deleted if it's protected against deletion.",
        pattern=r"protected against deletion|deletion ?protection",
        source=PROTECTION,
    ),
    temporary(
        Code.CONFLICT,
        412,
        "Labels fingerprint either invalid or resource labels have changed",
        word="conditionNotMet",
        source=FINGERPRINT,
    ),
    *(
        final(Code.QUOTA_EXCEEDED, 403, sample, word=word, source=QUOTAS)
        for word, sample in (
            ("quotaExceeded", "Quota 'CPUS' exceeded. Limit: 24.0 in region us-central1."),
            ("QUOTA_EXCEEDED", "Quota 'CPUS' exceeded. Limit: 24.0 in region us-central1."),
            ("limitExceeded", "Exceeded limit 'maximum number of disks' on resource."),
        )
    ),
    # The page says of these two words that the request fails if a resource is not available then.
    *(
        final(Code.QUOTA_EXCEEDED, 503, sample, word=word, source=STOCK, not_done=STOCK)
        for word, sample in (
            (
                "ZONE_RESOURCE_POOL_EXHAUSTED",
                "The zone 'us-central1-a' does not have enough resources available.",
            ),
            (
                "ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS",
                "The zone 'us-central1-a' does not have enough resources: (resource type:compute).",
            ),
        )
    ),
    *(
        final(Code.QUOTA_EXCEEDED, 503, sample, word=word, source=STOCK)
        for word, sample in (
            (
                "RESOURCE_POOL_EXHAUSTED",
                "The region does not have enough resources available to fulfill the request.",
            ),
            ("STOCKOUT", "The zone does not have enough resources available."),
        )
    ),
    final(
        Code.CONFLICT,
        400,
        "The disk resource 'projects/p/zones/z/disks/data' is already being used by "
        "'projects/p/zones/z/instances/web'",
        word="resourceInUseByAnotherResource",
        source=IN_USE,
    ),
    final(
        Code.CONFLICT,
        409,
        "The resource 'projects/p/zones/us-central1-a/instances/web' already exists",
        word="alreadyExists",
        source=ERRORS,
    ),
)
