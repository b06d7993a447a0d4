from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import JobParts, Problem


class CancelJob(BaseModel):
    cancel_job: Optional["CancelJobCancelJob"] = Field(alias="cancelJob")


class CancelJobCancelJob(BaseModel):
    job: Optional["CancelJobCancelJobJob"]
    errors: list["CancelJobCancelJobErrors"]


CancelJobCancelJobJob = JobParts
CancelJobCancelJobErrors = Problem
CancelJob.model_rebuild()
CancelJobCancelJob.model_rebuild()
