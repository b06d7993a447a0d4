from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import CredentialParts


class ListProviderKinds(BaseModel):
    provider_kinds: Optional[list["ListProviderKindsProviderKinds"]] = Field(
        alias="providerKinds"
    )


class ListProviderKindsProviderKinds(BaseModel):
    slug: str
    label: str
    description: str
    default_regions: list[str] = Field(alias="defaultRegions")
    credential_fields: list["ListProviderKindsProviderKindsCredentialFields"] = Field(
        alias="credentialFields"
    )
    drivers: list["ListProviderKindsProviderKindsDrivers"]


ListProviderKindsProviderKindsCredentialFields = CredentialParts


class ListProviderKindsProviderKindsDrivers(BaseModel):
    name: str
    label: str
    credential_fields: list["ListProviderKindsProviderKindsDriversCredentialFields"] = (
        Field(alias="credentialFields")
    )


ListProviderKindsProviderKindsDriversCredentialFields = CredentialParts
ListProviderKinds.model_rebuild()
ListProviderKindsProviderKinds.model_rebuild()
ListProviderKindsProviderKindsDrivers.model_rebuild()
