"""The models of schedules: jobs that are submitted at the times of a cron expression."""

import uuid
from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from gateway.core.ids import global_id
from jobs.models.job import Job


class Schedule(models.Model):
    """``arguments``: JSON values that only the delegate reads.

    ``next_run_at``: the first planned time that was neither run nor missed; null while the schedule
    is disabled, and if no planned time is left.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=100)
    operation = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict)
    cron = models.CharField(max_length=100)
    timezone = models.CharField(max_length=60)
    enabled = models.BooleanField(default=True)
    next_run_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="schedule_name_of_its_owner"),
        ]
        indexes = [
            models.Index(
                fields=["next_run_at"],
                condition=Q(next_run_at__isnull=False),
                name="schedule_due",
            ),
            models.Index(fields=["name", "id"], name="schedule_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.cron} {self.timezone})"

    @property
    def public_id(self) -> str:
        """The global id."""
        return global_id("Schedule", self.pk)


class RunOutcome(StrEnum):
    """The outcome of a planned time."""

    SUBMITTED = "SUBMITTED"
    REFUSED = "REFUSED"
    MISSED = "MISSED"


MEANINGS = {
    RunOutcome.SUBMITTED: "A job was submitted; the job has its own outcome.",
    RunOutcome.REFUSED: "No job could be submitted; the message says why.",
    RunOutcome.MISSED: "The gateway did not run at that time, nor soon enough after it.",
}


class ScheduleRun(models.Model):
    """One planned time, or one run by hand, and its outcome."""

    schedule = models.ForeignKey(
        Schedule, on_delete=models.CASCADE, related_name="runs", db_index=False
    )
    planned_at = models.DateTimeField()
    at = models.DateTimeField(default=now, editable=False)
    outcome = models.CharField(
        max_length=10, choices=[(outcome.value, outcome.value) for outcome in RunOutcome]
    )
    message = models.TextField()
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            # If two workers run one planned time, the second one fails.
            models.UniqueConstraint(
                fields=["schedule", "planned_at"], name="one_run_per_planned_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.planned_at:%Y-%m-%d %H:%M} {self.outcome}"
