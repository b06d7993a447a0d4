from datetime import datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class SignDownload(BaseModel):
    create_download_url: Optional["SignDownloadCreateDownloadUrl"] = Field(
        alias="createDownloadUrl"
    )


class SignDownloadCreateDownloadUrl(BaseModel):
    url: Optional[str]
    method: Optional[str]
    headers: list["SignDownloadCreateDownloadUrlHeaders"]
    expires_at: Optional[datetime] = Field(alias="expiresAt")
    errors: list["SignDownloadCreateDownloadUrlErrors"]


class SignDownloadCreateDownloadUrlHeaders(BaseModel):
    name: str
    value: str


SignDownloadCreateDownloadUrlErrors = Problem
SignDownload.model_rebuild()
SignDownloadCreateDownloadUrl.model_rebuild()
