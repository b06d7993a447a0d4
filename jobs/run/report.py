"""What a job has done until now, in sentences: for the message of an end that is no success.

A request counts as done when a step reports it, and when its answer was unclear.
"""

from jobs.models import EventKind, Job
from jobs.models.error_codes import OUTCOME_UNKNOWN
from jobs.operations.outcomes import OperationFailed
from jobs.operations.registry import doubt_about
from jobs.operations.step import UNCLEAR_ANSWER

NOTHING_DONE = "Nothing had been done."
INTERRUPTED = "The latest step was interrupted, and its request may have been carried out"


def read_memory(job: Job) -> None:
    """Bring the memory up to date with what the step has noted."""
    job.memory = Job.objects.values_list("memory", flat=True).get(pk=job.pk)


def has_acted(job: Job) -> bool:
    """Whether the cloud has accepted a request of the job, or may have carried one out."""
    read_memory(job)
    return bool(_reports(job) or doubt_about(job))


def reported(job: Job, failure: OperationFailed) -> str:
    """What it has done, or may have done, beside what ``failure`` says; empty if nothing.

    A failure with OUTCOME_UNKNOWN names the request whose outcome is unknown.
    """
    is_named = failure.code == OUTCOME_UNKNOWN
    return _listed(_accepted(job) if is_named else _reports(job))


def done_until_now(job: Job) -> str:
    """As ``reported``, with the latest attempt that failed."""
    done = _reports(job)
    if job.error_message:
        done.append(f"The latest attempt failed: {job.error_message}")
    return _listed(done) or NOTHING_DONE


def waited_for(job: Job) -> str:
    """The sentence of its latest wait, if nothing has happened since."""
    kind, waited_for = job.events.order_by("-pk").values_list("kind", "message").first() or ("", "")
    return f" {waited_for}" if kind == EventKind.WAITING else ""


def _reports(job: Job) -> list[str]:
    """The operation's reports, and what may have been done without one."""
    done = _accepted(job)
    if job.interrupted:
        done.append(INTERRUPTED)
    if UNCLEAR_ANSWER in job.memory:
        done.append(f"A request may have been carried out: {job.memory[UNCLEAR_ANSWER]}")
    return done


def _accepted(job: Job) -> list[str]:
    reports = job.events.filter(kind=EventKind.PROGRESS).order_by("pk")
    return list(reports.values_list("message", flat=True))


def _listed(done: list[str]) -> str:
    sentences = " ".join(f"{message.rstrip('.')}." for message in done)
    return f"Done before that: {sentences}" if done else ""
