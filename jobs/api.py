"""The public interface of jobs. Other apps import it, and GraphQL types from ``jobs.schema``.

- Requests: ``submit``, ``submit_many``, ``cancel``, ``retry``, and what they raise.
- Operations: ``@operation`` registers a function that performs the steps of a job.
- ``JobDelegate``: what jobs ask of the app whose objects they change.
- Schedules: ``schedule_create`` and others, ``timetable``.
- Rows: the models, their states, and selectors of the jobs that a user may see.
- Workers: ``run_job``, ``run_schedule`` and ``sweep`` do what the Celery tasks do.

It imports the models, so import it when Django's apps are loaded.
"""

from jobs.delegate import (
    JobDelegate,
    ScheduledJob,
    ScheduledRequest,
    ScopeAccess,
    register_delegate,
)
from jobs.metrics import Durations, backlog, count_by_state, durations
from jobs.models import Job, JobEvent, Schedule, ScheduleRun
from jobs.models.error_codes import (
    CONFLICT,
    DEADLINE_EXCEEDED,
    OUTCOME_UNKNOWN,
)
from jobs.models.job import MAIN_LOCK
from jobs.models.states import UNFINISHED, JobState
from jobs.operations.identity import IDENTITY
from jobs.operations.outcomes import DeadlinePassed, Done, OperationFailed, Outcome, Wait
from jobs.operations.registry import get_operation, operation, operation_names
from jobs.operations.sealed_arguments import Secret, reseal, reveal, seal
from jobs.operations.step import Step
from jobs.row.locks import lock_jobs
from jobs.row.parents import Tally
from jobs.row.partial_view import in_states, partial_view, partial_views
from jobs.row.selectors import job_get, unfinished_job_of
from jobs.row.visibility import parent_of, visible_jobs
from jobs.run.backoff import seconds_before_retry
from jobs.run.runner import run_job
from jobs.schedule.cron import timetable
from jobs.schedule.runner import run_schedule
from jobs.schedule.services import (
    ScheduleChanges,
    schedule_create,
    schedule_run,
    schedule_update,
)
from jobs.submit.cancel import cancel
from jobs.submit.idempotency import (
    LONGEST_KEY,
    KeyReused,
    digest_of_input,
    find_repeated,
    noting_input,
)
from jobs.submit.retry import RetriedAlready, retry
from jobs.submit.rows import Names, Part, TargetBusy
from jobs.submit.services import find_submitted, find_submitted_many, submit, submit_many
from jobs.sweep import sweep

__all__ = [
    "CONFLICT",
    "DEADLINE_EXCEEDED",
    "IDENTITY",
    "LONGEST_KEY",
    "MAIN_LOCK",
    "OUTCOME_UNKNOWN",
    "UNFINISHED",
    "DeadlinePassed",
    "Done",
    "Durations",
    "Job",
    "JobDelegate",
    "JobEvent",
    "JobState",
    "KeyReused",
    "Names",
    "OperationFailed",
    "Outcome",
    "Part",
    "RetriedAlready",
    "Schedule",
    "ScheduleChanges",
    "ScheduleRun",
    "ScheduledJob",
    "ScheduledRequest",
    "ScopeAccess",
    "Secret",
    "Step",
    "Tally",
    "TargetBusy",
    "Wait",
    "backlog",
    "cancel",
    "count_by_state",
    "digest_of_input",
    "durations",
    "find_repeated",
    "find_submitted",
    "find_submitted_many",
    "get_operation",
    "in_states",
    "job_get",
    "lock_jobs",
    "noting_input",
    "operation",
    "operation_names",
    "parent_of",
    "partial_view",
    "partial_views",
    "register_delegate",
    "reseal",
    "retry",
    "reveal",
    "run_job",
    "run_schedule",
    "schedule_create",
    "schedule_run",
    "schedule_update",
    "seal",
    "seconds_before_retry",
    "submit",
    "submit_many",
    "sweep",
    "timetable",
    "unfinished_job_of",
    "visible_jobs",
]
