from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import ProviderStatus
from .fragments import Problem


class ConnectProvider(BaseModel):
    connect_provider: Optional["ConnectProviderConnectProvider"] = Field(
        alias="connectProvider"
    )


class ConnectProviderConnectProvider(BaseModel):
    provider: Optional["ConnectProviderConnectProviderProvider"]
    errors: list["ConnectProviderConnectProviderErrors"]


class ConnectProviderConnectProviderProvider(BaseModel):
    id: str
    name: str
    status: ProviderStatus


ConnectProviderConnectProviderErrors = Problem
ConnectProvider.model_rebuild()
ConnectProviderConnectProvider.model_rebuild()
