from datetime import datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel


class ListObjects(BaseModel):
    bucket: Optional["ListObjectsBucket"]


class ListObjectsBucket(BaseModel):
    id: str
    name: str
    objects: Optional["ListObjectsBucketObjects"]


class ListObjectsBucketObjects(BaseModel):
    nodes: list["ListObjectsBucketObjectsNodes"]
    prefixes: list[str]
    page_info: "ListObjectsBucketObjectsPageInfo" = Field(alias="pageInfo")


class ListObjectsBucketObjectsNodes(BaseModel):
    key: str
    size: Optional[float]
    last_modified: Optional[datetime] = Field(alias="lastModified")
    etag: Optional[str]
    storage_class: Optional[str] = Field(alias="storageClass")


class ListObjectsBucketObjectsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


ListObjects.model_rebuild()
ListObjectsBucket.model_rebuild()
ListObjectsBucketObjects.model_rebuild()
