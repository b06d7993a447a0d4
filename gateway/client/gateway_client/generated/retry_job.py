from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import JobParts, Problem


class RetryJob(BaseModel):
    retry_job: Optional["RetryJobRetryJob"] = Field(alias="retryJob")


class RetryJobRetryJob(BaseModel):
    job: Optional["RetryJobRetryJobJob"]
    errors: list["RetryJobRetryJobErrors"]


RetryJobRetryJobJob = JobParts
RetryJobRetryJobErrors = Problem
RetryJob.model_rebuild()
RetryJobRetryJob.model_rebuild()
