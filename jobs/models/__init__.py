from jobs.models.event import EventKind, JobEvent
from jobs.models.job import Job

__all__ = ["EventKind", "Job", "JobEvent"]
