"""The enums of the inventory's schema. Python's own are where they are used; meanings are here."""

from enum import StrEnum

from gateway.core.graphql.enums import described_enum
from inventory.live.api import (
    BEFORE_HISTORY,
    INTERNAL,
    NOT_ASKED,
    NOT_ASKED_YET,
    OUR_CODES,
    TOO_MANY_REGIONS,
    UNPROVEN_LIST,
    UNUSABLE_ID,
    UNUSABLE_REGION,
)
from inventory.live.api import ProviderStatus as ProviderStatusValue
from inventory.live.api import SourceStatus as SourceStatusValue
from inventory.models import Role
from inventory.providers import Capability, ProviderErrorCode
from inventory.providers.probe import Permission
from inventory.types import Completeness as CompletenessValue
from inventory.types import ContainerType as ContainerTypeValue
from inventory.types import VMBackend as VMBackendValue

ProviderRole = described_enum(
    Role,
    name="ProviderRole",
    description="A role on a provider. Each includes those before it.",
    meanings={
        Role.VIEWER: "See the provider, its objects, their changes, and its jobs.",
        Role.OPERATOR: "Also change and create its objects, check it, and retry its jobs.",
        Role.ADMIN: "Also change its credentials and settings, disconnect it, and grant roles on "
        "it.",
    },
)
SourceStatus = described_enum(
    SourceStatusValue,
    name="SourceStatus",
    description="How current and complete the rows of a source are.",
    meanings={
        SourceStatusValue.LIVE: "Asked for this answer, and answered in full.",
        SourceStatusValue.CACHED: "Not asked: the stored rows are at most maxAge old. A "
        "field that asks no cloud and names no maxAge accepts rows of any age.",
        SourceStatusValue.STALE: "It failed, or it was not asked although the stored rows are "
        "older than maxAge. The stored rows are shown, all marked stale.",
        SourceStatusValue.FAILED: "It failed, or was never asked, and there is nothing to show.",
    },
)
Completeness = described_enum(
    CompletenessValue,
    name="Completeness",
    description="Whether a list is known to contain every object.",
)
# The errors of clouds, and those of the gateway.
SourceErrorCodeValue = StrEnum(  # type: ignore[misc]  # not written out, so that none is forgotten
    "SourceErrorCodeValue",
    {code: code for code in (*map(str, ProviderErrorCode), *OUR_CODES)},
)
SourceErrorCode = described_enum(
    SourceErrorCodeValue,
    name="SourceErrorCode",
    description="Why a source did not answer. docs/errors.md says what to do about each.",
    meanings={
        "INVALID_CREDENTIALS": "The cloud refuses the credentials, or they cannot be decrypted.",
        "PERMISSION_DENIED": "The credentials are good, but may not do this.",
        "RATE_LIMITED": "The cloud is asked too often.",
        "TIMEOUT": "No answer within the deadline.",
        "UNREACHABLE": "No connection.",
        "NOT_FOUND": "The cloud has no such object.",
        "NOT_SUPPORTED": "This kind of cloud cannot do it.",
        "INVALID_REQUEST": "The cloud does not accept the request.",
        "QUOTA_EXCEEDED": "A limit of the account, or no capacity.",
        "CONFLICT": "The request does not fit the present state.",
        "ADDRESS_NOT_ALLOWED": "The gateway may not connect there; an operator can allow it.",
        "PROVIDER_ERROR": "Any other error, including an answer that cannot be read.",
        NOT_ASKED_YET: "The source has not been asked since it was connected.",
        NOT_ASKED: "This field asks no cloud, and the stored rows do not meet maxAge.",
        TOO_MANY_REGIONS: "The account has more regions than a provider may have: 100.",
        UNUSABLE_REGION: "A region has a name that this gateway cannot connect.",
        UNUSABLE_ID: "The answer has objects without a usable id, which are not shown.",
        UNPROVEN_LIST: "No test shows that the driver's list has every object, and the "
        "provider's owner does not vouch for it.",
        BEFORE_HISTORY: "The objects of the source were not recorded at the time that at names.",
        INTERNAL: "An error of the gateway; its log says more.",
    },
)
ProviderStatus = described_enum(
    ProviderStatusValue,
    name="ProviderStatus",
    description="How a provider answered when it was last asked.",
    meanings={
        ProviderStatusValue.UNCHECKED: "It has not been asked yet.",
        ProviderStatusValue.OK: "Every region answered.",
        ProviderStatusValue.DEGRADED: "Some regions fail, or it answers with errors.",
        ProviderStatusValue.UNREACHABLE: "No region can be reached.",
        ProviderStatusValue.INVALID_CREDENTIALS: "It refuses the credentials in every region "
        "that answers.",
    },
)
PermissionStatus = described_enum(
    Permission,
    name="PermissionStatus",
    description="The result of the check of a permission.",
)
ProviderCapability = described_enum(
    Capability,
    name="ProviderCapability",
    description="A capability of a kind of provider through this gateway.",
)
VMBackend = described_enum(
    VMBackendValue,
    name="VMBackend",
    description="The hypervisor that runs a virtual machine.",
)
ContainerType = described_enum(
    ContainerTypeValue,
    name="ContainerType",
    description="The system that runs a container.",
)
