from datetime import datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Problem


class SignUpload(BaseModel):
    create_upload_url: Optional["SignUploadCreateUploadUrl"] = Field(
        alias="createUploadUrl"
    )


class SignUploadCreateUploadUrl(BaseModel):
    url: Optional[str]
    method: Optional[str]
    headers: list["SignUploadCreateUploadUrlHeaders"]
    fields: list["SignUploadCreateUploadUrlFields"]
    expires_at: Optional[datetime] = Field(alias="expiresAt")
    errors: list["SignUploadCreateUploadUrlErrors"]


class SignUploadCreateUploadUrlHeaders(BaseModel):
    name: str
    value: str


class SignUploadCreateUploadUrlFields(BaseModel):
    name: str
    value: str


SignUploadCreateUploadUrlErrors = Problem
SignUpload.model_rebuild()
SignUploadCreateUploadUrl.model_rebuild()
