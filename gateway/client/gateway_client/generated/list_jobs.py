from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import JobParts


class ListJobs(BaseModel):
    jobs: Optional["ListJobsJobs"]


class ListJobsJobs(BaseModel):
    total_count: int = Field(alias="totalCount")
    page_info: "ListJobsJobsPageInfo" = Field(alias="pageInfo")
    nodes: list["ListJobsJobsNodes"]


class ListJobsJobsPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


ListJobsJobsNodes = JobParts
ListJobs.model_rebuild()
ListJobsJobs.model_rebuild()
