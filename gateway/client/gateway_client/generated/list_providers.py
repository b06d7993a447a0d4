from datetime import datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import ProviderRole, ProviderStatus, SourceErrorCode


class ListProviders(BaseModel):
    providers: Optional[list["ListProvidersProviders"]]


class ListProvidersProviders(BaseModel):
    id: str
    name: str
    status: ProviderStatus
    regions: list[str]
    kind: "ListProvidersProvidersKind"
    last_error: Optional["ListProvidersProvidersLastError"] = Field(alias="lastError")
    viewer_role: Optional[ProviderRole] = Field(alias="viewerRole")
    created_at: datetime = Field(alias="createdAt")
    ends_with_demo: bool = Field(alias="endsWithDemo")


class ListProvidersProvidersKind(BaseModel):
    slug: str
    label: str


class ListProvidersProvidersLastError(BaseModel):
    code: SourceErrorCode
    message: str


ListProviders.model_rebuild()
ListProvidersProviders.model_rebuild()
