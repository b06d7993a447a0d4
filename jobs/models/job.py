"""The model of a job: durable work that outlives every process."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from gateway.core.ids import global_id
from jobs.conf import longest_turn_before
from jobs.models.priority import Priority
from jobs.models.states import FINISHED, UNFINISHED, JobState

MAIN_LOCK = "main"  # of operations that declare no other


class Job(models.Model):
    """One job. ``states`` shows its life cycle; only ``jobs.row.transitions`` changes its state."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operation = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict)
    # Global ids, opaque to jobs: the object that is changed, and the provider that it belongs to.
    target = models.CharField(max_length=1000, null=True, db_index=True)
    scope = models.CharField(max_length=200, null=True)
    # The part of the target that the operation changes: jobs with different locks run in parallel.
    lock = models.CharField(max_length=20, default=MAIN_LOCK, db_default=MAIN_LOCK)
    # Their names at submission: the rows that the ids name may be deleted later.
    target_name = models.CharField(max_length=300, blank=True)
    scope_name = models.CharField(max_length=100, blank=True)
    scope_kind = models.CharField(max_length=50, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )
    # The requester's at submission, as a user may be deleted; empty: the gateway itself.
    requester_login = models.CharField(max_length=150, blank=True)
    credential = models.CharField(max_length=60, blank=True)  # api_token:<id>; empty: a session
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="children", db_index=False
    )
    retried_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="retries"
    )
    # See jobs.submit.idempotency.
    idempotency_key = models.CharField(max_length=255, null=True, editable=False)
    request_digest = models.CharField(max_length=64, blank=True, editable=False)
    input_digest = models.CharField(max_length=64, blank=True, db_default="", editable=False)

    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in JobState],
        default=JobState.QUEUED.value,
    )
    attempts = models.PositiveIntegerField(default=0)  # started; a crash starts none
    progress = models.PositiveSmallIntegerField(default=0)  # percent
    memory = models.JSONField(default=dict)  # notes of earlier steps
    result = models.JSONField(null=True)
    created = models.JSONField(default=list)  # global ids of the objects that it created
    error_code = models.CharField(max_length=50, blank=True)  # of the latest attempt; empty: none
    error_message = models.TextField(blank=True)
    error_retryable = models.BooleanField(default=False)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    deadline_seconds = models.FloatField(null=True)  # as submitted; null: of an earlier release
    deadline_at = models.DateTimeField()  # moves while the job only waits for a worker or a slot
    run_after = models.DateTimeField(null=True)  # no claim before; null: a parent, never claimed

    priority = models.PositiveSmallIntegerField(default=Priority.SINGLE.value)
    step = models.PositiveIntegerField(default=0)  # claims so far; with lease_owner, the fence
    lease_owner = models.CharField(max_length=100, null=True)
    lease_until = models.DateTimeField(null=True)
    # The claim before the present one was not settled: its worker died or hung.
    interrupted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["target", "lock"],
                condition=Q(target__isnull=False) & Q(state__in=[s.value for s in UNFINISHED]),
                name="one_unfinished_job_per_lock",
            ),
            models.UniqueConstraint(
                fields=["requested_by", "idempotency_key"], name="one_job_per_idempotency_key"
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="progress_is_percent"),
        ]
        indexes = [
            models.Index(fields=["state", "run_after"], name="job_due"),
            models.Index(fields=["-created_at", "-id"], name="job_newest"),
            models.Index(fields=["requested_by", "-created_at", "-id"], name="job_by_requester"),
            models.Index(fields=["scope", "-created_at", "-id"], name="job_by_scope"),
            models.Index(fields=["parent", "created_at", "id"], name="job_children"),
            models.Index(
                fields=["-finished_at"], condition=Q(finished_at__isnull=False), name="job_ended"
            ),
            models.Index(
                fields=["scope"], condition=Q(lease_owner__isnull=False), name="job_leased"
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(idempotency_key__isnull=False),
                name="job_with_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.id}"

    @property
    def public_id(self) -> str:
        """The global id."""
        return global_id("Job", self.pk)

    @property
    def names(self) -> dict[str, str]:
        """The stored names of its target and its provider, without empty ones; for the audit."""
        found = {
            "target": self.target_name,
            "provider": self.scope_name,
            "kind": self.scope_kind,
        }
        return {what: name for what, name in found.items() if name}

    @property
    def is_parent(self) -> bool:
        """True if its state is derived from its children; then it performs no step itself."""
        return self.run_after is None

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED

    def is_overdue(self, now: datetime) -> bool:
        """True if a claimed job is past its deadline.

        The time from ``run_after`` to the claim, in which the job waited for a worker or a slot,
        does not count, unless the previous step was interrupted. ``jobs.run.claims`` has the same
        condition in SQL.
        """
        if self.interrupted:
            return now >= self.deadline_at
        if self.run_after is None:
            return False
        return self.run_after >= self.deadline_at or self.run_after <= longest_turn_before(now)
