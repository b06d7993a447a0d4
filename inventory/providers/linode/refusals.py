"""Which of Linode's refusals are temporary. An error has a reason in plain text and no code."""

from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.refusals import final, temporary

RATES = "https://techdocs.akamai.com/linode-api/reference/rate-limits"
BUSY = "https://github.com/linode/linode_api4-python/issues/110"
ACCOUNT_LIMIT = "https://github.com/pulumi/templates/issues/184"
SERVICES_LIMIT = "https://github.com/linode/manager/pull/10620"
LOCKS = "https://techdocs.akamai.com/linode-api/reference/delete-linode-instance"
FULL = "Account Limit reached. Please open a support ticket."
FULL_OF_SERVICES = "You've reached a limit for the number of active services on your account."
LOCKED = "This Linode has a resource lock and cannot be deleted."
ANY_LIMIT = r"reached (?:a|the|your) limit"
ANY_LOCK = r"resource lock|cannot_delete|\bis locked\b"

REFUSALS = (
    temporary(Code.RATE_LIMITED, 429, "Too many requests", pattern="too many", source=RATES),
    temporary(Code.CONFLICT, 400, "Linode busy.", pattern=r"\bbusy\b", source=BUSY),
    final(Code.QUOTA_EXCEEDED, 400, FULL, pattern="account limit", source=ACCOUNT_LIMIT),
    final(Code.QUOTA_EXCEEDED, 400, FULL_OF_SERVICES, pattern=ANY_LIMIT, source=SERVICES_LIMIT),
    final(Code.CONFLICT, 400, LOCKED, pattern=ANY_LOCK, source=LOCKS),
)
