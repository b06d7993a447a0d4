"""The refusals of Cloud Storage that are temporary, and those that are final.

The words are the reasons of "errors[]" in a reply: "HTTP status and error codes for JSON".
"""

from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.refusals import final, temporary

ERRORS = "https://docs.cloud.google.com/storage/docs/json_api/v1/status-codes"
OWN = "https://github.com/gitpod-io/gitpod/issues/15578"
TAKEN = "https://github.com/percona/mongo_terraform_ansible/issues/24"
PREVENTION = "https://docs.cloud.google.com/storage/docs/public-access-prevention"
DOMAINS = (
    "https://docs.cloud.google.com/resource-manager/docs/organization-policy/restricting-domains"
)
HOLDS = "https://docs.cloud.google.com/storage/docs/object-holds"

REFUSALS = (
    final(
        Code.CONFLICT,
        409,
        "Your previous request to create the named bucket succeeded and you already own it.",
        word="conflict",
        pattern=r"\balready own\b",
        source=OWN,
    ),
    final(
        Code.CONFLICT,
        409,
        "The requested bucket name is not available. The bucket namespace is shared by all users "
        "of the system. Please select a different name and try again.",
        word="conflict",
        pattern=r"\bname is not available\b",
        source=TAKEN,
    ),
    final(
        Code.CONFLICT,
        412,
        "The member bindings allUsers and allAuthenticatedUsers are not allowed since public "
        "access prevention is enforced.",
        word="conditionNotMet",
        pattern=r"\bpublic access prevention\b",
        source=PREVENTION,
    ),
    final(
        Code.CONFLICT,
        412,
        "One or more users named in the policy do not belong to a permitted customer.",
        word="conditionNotMet",
        pattern=r"\bpermitted customer\b",
        source=DOMAINS,
    ),
    # After the two above: the policy has another etag than the one that was read.
    temporary(Code.CONFLICT, 412, "Precondition Failed", word="conditionNotMet", source=ERRORS),
    final(
        Code.CONFLICT,
        403,
        "Object 'logs/a' is subject to bucket's retention policy or object retention and cannot "
        "be deleted or overwritten until 2026-12-01T00:00:00Z",
        word="retentionPolicyNotMet",
        source=ERRORS,
    ),
    final(
        Code.CONFLICT,
        403,
        "Object 'logs/a' is under active Temporary hold and cannot be deleted, overwritten or "
        "archived until hold is removed.",
        word="forbidden",
        pattern=r"\bunder active .* hold\b",
        source=HOLDS,
    ),
)
