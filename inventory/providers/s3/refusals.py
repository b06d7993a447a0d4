"""The refusals of S3 that are temporary, and those that are final.

Words from docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
"""

from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.refusals import final, temporary

ERRORS = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"

REFUSALS = (
    temporary(
        Code.RATE_LIMITED,
        503,
        "Please reduce your request rate.",
        word="SlowDown",
        source=ERRORS,
        not_done=ERRORS,
    ),
    temporary(
        Code.CONFLICT,
        409,
        "A conflicting conditional operation is currently in progress against this resource.",
        word="OperationAborted",
        source=ERRORS,
    ),
    *(
        final(Code.CONFLICT, 409, sample, word=word, source=ERRORS)
        for word, sample in (
            ("BucketAlreadyExists", "The requested bucket name is not available."),
            ("BucketAlreadyOwnedByYou", "The bucket that you tried to create already exists."),
            ("BucketNotEmpty", "The bucket that you tried to delete is not empty."),
        )
    ),
    final(
        Code.QUOTA_EXCEEDED,
        400,
        "You have attempted to create more buckets than are allowed.",
        word="TooManyBuckets",
        source=ERRORS,
    ),
    final(
        Code.INVALID_REQUEST,
        301,
        "The bucket that you are attempting to access must be addressed using another endpoint.",
        word="PermanentRedirect",
        source=ERRORS,
    ),
)
