from datetime import datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import BucketState
from .fragments import ReceiptParts


class ListBuckets(BaseModel):
    buckets: Optional["ListBucketsBuckets"]


class ListBucketsBuckets(BaseModel):
    total_count: int = Field(alias="totalCount")
    complete: bool
    sources: list["ListBucketsBucketsSources"]
    page_info: "ListBucketsBucketsPageInfo" = Field(alias="pageInfo")
    nodes: list["ListBucketsBucketsNodes"]


ListBucketsBucketsSources = ReceiptParts


class ListBucketsBucketsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


class ListBucketsBucketsNodes(BaseModel):
    id: str
    name: str
    region: str
    state: BucketState
    created_at: Optional[datetime] = Field(alias="createdAt")
    provider: "ListBucketsBucketsNodesProvider"


class ListBucketsBucketsNodesProvider(BaseModel):
    id: str
    name: str


ListBuckets.model_rebuild()
ListBucketsBuckets.model_rebuild()
ListBucketsBucketsNodes.model_rebuild()
