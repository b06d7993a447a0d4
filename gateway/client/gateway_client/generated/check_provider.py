from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import ProviderCapability, ProviderStatus, SourceErrorCode
from .fragments import Problem


class CheckProvider(BaseModel):
    check_provider: Optional["CheckProviderCheckProvider"] = Field(
        alias="checkProvider"
    )


class CheckProviderCheckProvider(BaseModel):
    errors: list["CheckProviderCheckProviderErrors"]
    provider: Optional["CheckProviderCheckProviderProvider"]
    check: Optional["CheckProviderCheckProviderCheck"]


CheckProviderCheckProviderErrors = Problem


class CheckProviderCheckProviderProvider(BaseModel):
    id: str
    name: str
    status: ProviderStatus


class CheckProviderCheckProviderCheck(BaseModel):
    credentials_valid: Optional[bool] = Field(alias="credentialsValid")
    warnings: list[str]
    missing_permissions: list["CheckProviderCheckProviderCheckMissingPermissions"] = (
        Field(alias="missingPermissions")
    )
    regions_error: Optional["CheckProviderCheckProviderCheckRegionsError"] = Field(
        alias="regionsError"
    )
    regions: list["CheckProviderCheckProviderCheckRegions"]


class CheckProviderCheckProviderCheckMissingPermissions(BaseModel):
    capability: ProviderCapability
    actions: list[str]
    regions: list[str]


class CheckProviderCheckProviderCheckRegionsError(BaseModel):
    code: SourceErrorCode
    message: str


class CheckProviderCheckProviderCheckRegions(BaseModel):
    region: str
    reachable: bool
    latency_ms: Optional[int] = Field(alias="latencyMs")
    credentials_valid: Optional[bool] = Field(alias="credentialsValid")
    error: Optional["CheckProviderCheckProviderCheckRegionsError"]


CheckProvider.model_rebuild()
CheckProviderCheckProvider.model_rebuild()
CheckProviderCheckProviderCheck.model_rebuild()
CheckProviderCheckProviderCheckRegions.model_rebuild()
