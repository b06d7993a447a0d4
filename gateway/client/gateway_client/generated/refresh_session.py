from typing import Optional

from pydantic import Field

from .base_model import BaseModel


class RefreshSession(BaseModel):
    refresh_token: Optional["RefreshSessionRefreshToken"] = Field(alias="refreshToken")


class RefreshSessionRefreshToken(BaseModel):
    token: str
    refresh_token: Optional[str] = Field(alias="refreshToken")
    refresh_expires_in: int = Field(alias="refreshExpiresIn")
    user: "RefreshSessionRefreshTokenUser"


class RefreshSessionRefreshTokenUser(BaseModel):
    login: str


RefreshSession.model_rebuild()
RefreshSessionRefreshToken.model_rebuild()
