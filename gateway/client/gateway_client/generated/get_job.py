from datetime import datetime
from typing import Optional

from .base_model import BaseModel
from .enums import JobEventKind
from .fragments import JobParts, JobPartsCreatedObjects, JobPartsError  # noqa: F401


class GetJob(BaseModel):
    job: Optional["GetJobJob"]


class GetJobJob(JobParts):
    events: Optional["GetJobJobEvents"]


class GetJobJobEvents(BaseModel):
    nodes: list["GetJobJobEventsNodes"]


class GetJobJobEventsNodes(BaseModel):
    at: datetime
    kind: JobEventKind
    message: str


GetJob.model_rebuild()
GetJobJob.model_rebuild()
GetJobJobEvents.model_rebuild()
