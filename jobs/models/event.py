"""The model of a job's events: its history, in words."""

from enum import StrEnum

from django.db import models
from django.utils import timezone

from jobs.models.job import Job
from jobs.models.states import JobState


class EventKind(StrEnum):
    """One kind for each state that a job enters, and kinds of what happens between them."""

    QUEUED = JobState.QUEUED.value
    RUNNING = JobState.RUNNING.value
    PROGRESS = "PROGRESS"
    WAITING = "WAITING"
    RETRYING = "RETRYING"
    INTERRUPTED = "INTERRUPTED"
    CANCELING = JobState.CANCELING.value
    SUCCEEDED = JobState.SUCCEEDED.value
    FAILED = JobState.FAILED.value
    CANCELED = JobState.CANCELED.value


MEANINGS = {
    EventKind.QUEUED: "It was accepted.",
    EventKind.RUNNING: "Its first step began.",
    EventKind.PROGRESS: "A step reports its progress.",
    EventKind.WAITING: "A step waits for the cloud.",
    EventKind.RETRYING: "An attempt failed for a temporary reason; another attempt follows.",
    EventKind.INTERRUPTED: "Its worker stopped responding; another worker continues it.",
    EventKind.CANCELING: "A user asked for it to stop.",
    EventKind.SUCCEEDED: "It succeeded.",
    EventKind.FAILED: "It ended without success.",
    EventKind.CANCELED: "It was stopped on request; the message says how much was done.",
}


class JobEvent(models.Model):
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="events", db_index=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in EventKind])
    message = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["job", "id"], name="event_by_job")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"
