from typing import Optional

from pydantic import Field

from .base_model import BaseModel


class LogOut(BaseModel):
    revoke_token: Optional["LogOutRevokeToken"] = Field(alias="revokeToken")


class LogOutRevokeToken(BaseModel):
    revoked: int


LogOut.model_rebuild()
