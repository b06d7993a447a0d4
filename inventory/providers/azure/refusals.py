"""The refusals of Azure that are temporary, and those that are final.

With HTTP 429 every word, OperationNotAllowed too, means throttling.
"""

from inventory.providers.azure.blobs.refusals import REFUSALS as OF_BLOBS
from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.refusals import final, temporary

DEPLOYMENT = (
    "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/"
    "common-deployment-errors"
)
ALLOCATION = "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/allocation-failure"
LOCKS = "https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources"
THROTTLING = (
    "https://learn.microsoft.com/troubleshoot/azure/virtual-machines/"
    "troubleshooting-throttling-errors"
)
ATTACHED = "https://github.com/kubernetes-sigs/azuredisk-csi-driver/issues/1378"
GENERALIZED = "https://learn.microsoft.com/azure/virtual-machines/generalize"

REFUSALS = (
    *OF_BLOBS,
    temporary(
        Code.RATE_LIMITED,
        429,
        "The server rejected the request because too many requests have been received for this "
        "subscription.",
        word="OperationNotAllowed",
        source=THROTTLING,
    ),
    temporary(
        Code.RATE_LIMITED,
        429,
        "Number of requests for subscription exceeded the limit.",
        word="SubscriptionRequestsThrottled",
        source=THROTTLING,
    ),
    final(
        Code.QUOTA_EXCEEDED,
        409,
        "Operation could not be completed as it results in exceeding approved Total Regional "
        "Cores quota.",
        word="OperationNotAllowed",
        pattern="quota|exceeding approved",
        source=DEPLOYMENT,
    ),
    final(
        Code.CONFLICT,
        409,
        "Operation 'start' is not allowed on VM 'web' since the VM is generalized.",
        word="OperationNotAllowed",
        source=GENERALIZED,
    ),
    *(
        final(Code.QUOTA_EXCEEDED, 409, sample, word=word, source=source)
        for word, sample, source in (
            ("QuotaExceeded", "Operation results in exceeding quota limits of Core.", DEPLOYMENT),
            ("ResourceQuotaExceeded", "Creating the resource would exceed the quota.", DEPLOYMENT),
            (
                "SkuNotAvailable",
                "The requested size for resource is currently not available in location.",
                DEPLOYMENT,
            ),
            (
                "AllocationFailed",
                "Allocation failed. There is not sufficient capacity for the requested VM size.",
                ALLOCATION,
            ),
            (
                "ZonalAllocationFailed",
                "Allocation failed. We do not have sufficient capacity in this zone.",
                ALLOCATION,
            ),
            (
                "OverconstrainedAllocationRequest",
                "The VM size (or combination of sizes) required cannot be provisioned.",
                ALLOCATION,
            ),
            (
                "OverconstrainedZonalAllocationRequest",
                "The VM size required cannot be provisioned in this zone.",
                ALLOCATION,
            ),
        )
    ),
    final(
        Code.CONFLICT,
        409,
        "The scope 'web' cannot perform delete operation because following scope(s) are locked.",
        word="ScopeLocked",
        source=LOCKS,
    ),
    final(
        Code.CONFLICT,
        409,
        "Cannot attach the disk data to VM web because it is already attached to VM db.",
        word="ConflictingUserInput",
        source=ATTACHED,
    ),
    final(
        Code.CONFLICT,
        412,
        "The condition 'If-None-Match' is not satisfied: the resource exists.",
        word="PreconditionFailed",
        source=DEPLOYMENT,
    ),
    final(
        Code.CONFLICT,
        409,
        "Changing property 'osProfile' is not allowed.",
        word="PropertyChangeNotAllowed",
        source=DEPLOYMENT,
    ),
    *(
        temporary(Code.CONFLICT, 409, sample, word=word, source=DEPLOYMENT)
        for word, sample in (
            ("AnotherOperationInProgress", "Another operation on this resource is in progress."),
            ("Conflict", "The request failed due to conflict with a concurrent request."),
            ("OperationPreempted", "The operation was preempted by a more recent operation."),
            ("AttachDiskWhileBeingDetached", "The disk is currently being detached."),
            ("RetryableError", "A retryable error occurred."),
        )
    ),
    *(
        final(Code.PERMISSION_DENIED, status, sample, word=word, source=DEPLOYMENT)
        for word, status, sample in (
            ("SubscriptionNotFound", 404, "The subscription could not be found."),
            ("InvalidSubscriptionId", 400, "The provided subscription identifier is malformed."),
            ("ReadOnlyDisabledSubscription", 409, "The subscription is disabled."),
            ("RequestDisallowedByPolicy", 403, "Resource was disallowed by policy."),
        )
    ),
)
