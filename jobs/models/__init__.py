from jobs.models.event import EventKind, JobEvent
from jobs.models.job import Job
from jobs.models.schedule import RunOutcome, Schedule, ScheduleRun

__all__ = ["EventKind", "Job", "JobEvent", "RunOutcome", "Schedule", "ScheduleRun"]
