"""The event ``job.finished`` of webhooks."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from gateway.core.ids import global_id
from gateway.core.webhooks.kinds import EventKind, Item
from jobs.models import Job
from jobs.operations.registry import operation_label
from jobs.row.partial_view import partial_view
from jobs.row.selectors import job_list
from jobs.row.transitions import FINISHED_EVENT
from jobs.row.visibility import parent_of

Data = dict[str, Any] | None


class JobFinished(EventKind):
    """A key is the job's primary key."""

    name = FINISHED_EVENT
    description = "A job that you may see has succeeded, failed, or was canceled."

    def items(self, keys: Collection[str]) -> list[Item]:
        """A parent is about the providers of its children."""
        jobs = {job.pk: job for job in Job.objects.filter(pk__in=list(keys))}
        providers = {key: _named(job.scope) for key, job in jobs.items()}
        children = Job.objects.filter(parent__in=list(jobs), scope__isnull=False).order_by()
        for parent, scope in children.values_list("parent", "scope").distinct():
            if parent is not None and scope is not None:  # as both are filtered
                providers[parent].append(scope)
        return [
            Item(str(key), providers=providers[key], targets=_named(job.target))
            for key, job in jobs.items()
        ]

    def visible(self, user: Any, keys: Collection[str]) -> set[str]:
        found = job_list(user=user).filter(pk__in=list(keys)).values_list("pk", flat=True)
        return {str(key) for key in found}

    def data(self, user: Any, keys: Sequence[str], details: Mapping[str, Any]) -> Data:  # noqa: ARG002 - it has none
        job = job_list(user=user).filter(pk=keys[0]).first()
        return None if job is None else {"job": _shown(job, user)}


def _named(value: str | None) -> list[str]:
    return [] if value is None else [value]


def _shown(job: Job, user: Any) -> dict[str, Any]:
    """As the type Job of GraphQL has it; a job with children as those that the user may see."""
    seen = partial_view(job, user=user) or job
    parent = parent_of(job, user=user)
    error = {"code": seen.error_code, "message": seen.error_message} if seen.error_code else None
    return {
        "id": job.public_id,
        "operation": job.operation,
        "label": operation_label(job.operation),
        "state": str(seen.state),
        "target": job.target,
        "targetName": job.target_name or None,
        "provider": job.scope,
        "providerName": job.scope_name or None,
        "parent": None if parent is None else parent.public_id,
        "requestedBy": job.requester_login or None,
        "retriedFrom": global_id("Job", job.retried_from_id) if job.retried_from_id else None,
        "createdAt": job.created_at,
        "startedAt": seen.started_at,
        "finishedAt": seen.finished_at,
        "error": error,
    }
