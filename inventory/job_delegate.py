"""The inventory's answers to jobs: which users see and change jobs, and what schedules submit."""

from collections.abc import Collection, Sequence
from typing import Any

from inventory.operations.actions import find_target_type
from inventory.operations.api import (
    check_operator,
    check_still_operator,
    check_target,
    mark_sources_dirty,
    provider_scopes,
)
from inventory.services.schedules import refresh_selection, submit_selection
from jobs.api import Job, JobDelegate, ScheduledJob, ScheduledRequest, ScopeAccess


class InventoryDelegate(JobDelegate):
    """Checks jobs on machines and containers. Jobs of other operations are not checked."""

    def scope_access(self, user: Any) -> ScopeAccess:
        return provider_scopes(user)

    def check_step(self, job: Job, requester: Any) -> None:
        if find_target_type(job.operation):
            check_still_operator(job, requester)

    def check_retry(self, job: Job, user: Any) -> None:
        if find_target_type(job.operation):
            check_target(job, user)

    def check_cancel(self, job: Job, scopes: Collection[str], user: Any) -> None:
        if find_target_type(job.operation):
            check_operator(scopes, user)

    def jobs_finished(self, jobs: Sequence[Job]) -> None:
        mark_sources_dirty([job for job in jobs if find_target_type(job.operation)])

    def prepare_scheduled(self, request: ScheduledRequest) -> str:
        return refresh_selection(request)

    def submit_scheduled(self, request: ScheduledRequest) -> ScheduledJob:
        return submit_selection(request)
