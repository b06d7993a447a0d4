"""The refusals of Blob Storage that are temporary, and those that are final.

Words from "Blob Storage error codes" and "Common REST API error codes".
"""

from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.refusals import final, temporary

ERRORS = "https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes"
COMMON = "https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes"
DIRECTORY = "https://github.com/Azure/azure-storage-fuse/issues/1068"

REFUSALS = (
    final(
        Code.CONFLICT,
        409,
        "The specified container already exists.",
        word="ContainerAlreadyExists",
        source=ERRORS,
    ),
    temporary(
        Code.CONFLICT,
        409,
        "The specified container is being deleted. Try operation later.",
        word="ContainerBeingDeleted",
        source=ERRORS,
    ),
    *(
        final(Code.CONFLICT, 409, sample, word=word, source=ERRORS)
        for word, sample in (
            ("PublicAccessNotPermitted", "Public access is not permitted on this storage account."),
            (
                "BlobImmutableDueToPolicy",
                "This operation is not permitted as the blob is immutable due to a policy.",
            ),
            ("DirectoryIsNotEmpty", "This operation is not permitted on a non-empty directory."),
        )
    ),
    *(
        final(Code.CONFLICT, 412, sample, word=word, source=ERRORS)
        for word, sample in (
            (
                "LeaseIdMissing",
                "There is currently a lease on the blob and no lease ID was specified.",
            ),
        )
    ),
    final(
        Code.CONFLICT,
        400,
        "The requested operation is not supported on a directory.",
        word="OperationNotSupportedOnDirectory",
        source=DIRECTORY,
    ),
    *(
        final(Code.PERMISSION_DENIED, 403, sample, word=word, source=COMMON)
        for word, sample in (
            (
                "AuthorizationPermissionMismatch",
                "This request is not authorized to perform this operation using this permission.",
            ),
        )
    ),
)
