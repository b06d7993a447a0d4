"""The refusals of Swift that are temporary, and those that are final.

Texts from swift/common/middleware/{ratelimit,container_quotas,account_quotas}.py.
"""

from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.refusals import final, temporary

RATES = "https://docs.openstack.org/swift/latest/ratelimit.html"
QUOTAS = "https://docs.openstack.org/swift/latest/middleware.html#container-quotas"

REFUSALS = (
    temporary(Code.RATE_LIMITED, 498, "Slow down", pattern=r"\bslow down$", source=RATES),
    final(
        Code.QUOTA_EXCEEDED,
        413,
        "Upload exceeds quota.",
        pattern=r"\bupload exceeds (?:[\w-]+ )*quota\b",
        source=QUOTAS,
    ),
)
