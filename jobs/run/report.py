"""Describes what an unsuccessful job has done, in sentences, for its final message.

A request counts as done if a step has reported it, or if its answer was unclear.
"""

from jobs.models import EventKind, Job
from jobs.models.error_codes import OUTCOME_UNKNOWN
from jobs.operations.outcomes import OperationFailed
from jobs.operations.registry import doubt_about
from jobs.operations.step import UNCLEAR_ANSWER

NOTHING_DONE = "Nothing had been done."
INTERRUPTED = "The latest step was interrupted, and its request may have been carried out"


def refresh_memory(job: Job) -> None:
    """Read the notes of the latest step into ``job.memory``."""
    job.memory = Job.objects.values_list("memory", flat=True).get(pk=job.pk)


def has_acted(job: Job) -> bool:
    """True if a cloud has accepted a request of the job, or may have carried one out."""
    refresh_memory(job)
    return bool(_reports(job) or doubt_about(job))


def describe_requests(job: Job, failure: OperationFailed) -> str:
    """The requests that were, or may have been, carried out, beside that of ``failure``.

    Empty if there is none.

    A failure with OUTCOME_UNKNOWN names the request whose outcome is unknown.
    """
    is_named = failure.code == OUTCOME_UNKNOWN
    return _joined(_accepted(job) if is_named else _reports(job))


def describe_work(job: Job) -> str:
    """As ``describe_requests``, with the latest attempt that failed."""
    done = _reports(job)
    if job.error_message:
        done.append(f"The latest attempt failed: {job.error_message}")
    return _joined(done) or NOTHING_DONE


def describe_wait(job: Job) -> str:
    """The message of the latest event if it is a wait, after a space; else empty."""
    kind, message = job.events.order_by("-pk").values_list("kind", "message").first() or ("", "")
    return f" {message}" if kind == EventKind.WAITING else ""


def _reports(job: Job) -> list[str]:
    """The operation's reports, and requests that may have been carried out without one."""
    done = _accepted(job)
    if job.interrupted:
        done.append(INTERRUPTED)
    if UNCLEAR_ANSWER in job.memory:
        done.append(f"A request may have been carried out: {job.memory[UNCLEAR_ANSWER]}")
    return done


def _accepted(job: Job) -> list[str]:
    reports = job.events.filter(kind=EventKind.PROGRESS).order_by("pk")
    return list(reports.values_list("message", flat=True))


def _joined(done: list[str]) -> str:
    sentences = " ".join(f"{message.rstrip('.')}." for message in done)
    return f"Done before that: {sentences}" if done else ""
