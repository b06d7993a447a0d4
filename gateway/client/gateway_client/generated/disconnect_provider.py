from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class DisconnectProvider(BaseModel):
    disconnect_provider: Optional["DisconnectProviderDisconnectProvider"] = Field(
        alias="disconnectProvider"
    )


class DisconnectProviderDisconnectProvider(BaseModel):
    id: Optional[str]
    errors: list["DisconnectProviderDisconnectProviderErrors"]


DisconnectProviderDisconnectProviderErrors = Problem
DisconnectProvider.model_rebuild()
DisconnectProviderDisconnectProvider.model_rebuild()
