from typing import Optional

from pydantic import Field

from .base_model import BaseModel


class LogIn(BaseModel):
    token_auth: Optional["LogInTokenAuth"] = Field(alias="tokenAuth")


class LogInTokenAuth(BaseModel):
    token: str
    refresh_token: Optional[str] = Field(alias="refreshToken")
    refresh_expires_in: int = Field(alias="refreshExpiresIn")
    user: "LogInTokenAuthUser"


class LogInTokenAuthUser(BaseModel):
    login: str


LogIn.model_rebuild()
LogInTokenAuth.model_rebuild()
