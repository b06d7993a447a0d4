"""Finds the job of the gateway that made a change which a read has found.

A change is a job's if the job has asked the cloud for its action before the read began, and if the
action makes such a change: see ``register_maker``. If several jobs fit, the latest one counts.
Until a job has ended, its changes may be found at any time. Afterwards, a change is the job's only
if the job ended without having seen the effect, and only for an hour. No job is named for any other
change: somebody else made it, or it is not known who did.

A new object is a job's if it has the job's mark, the job creates objects at its provider, and the
job was at work.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gateway.core.ids import global_id
from inventory.live.api import register_change_note
from inventory.models import Change, Source
from inventory.providers.order_marker import MARKER_TAG
from inventory.resources import Resource
from jobs.api import Job, JobState

Facts = Mapping[str, Any]
# ``makes(job, change, facts)``: whether the operation of ``job``, as far as it has asked the cloud,
# makes this change; ``facts``: the columns of the row, as they are now.
Makes = Callable[[Job, Change, Facts], bool]
MAKERS: dict[str, Makes] = {}
CREATORS: set[str] = set()  # operations that create objects
LATE = timedelta(hours=1)
BATCH = 200


def register_maker(operation: str, makes: Makes) -> None:
    """Say which changes the jobs of ``operation`` make."""
    MAKERS[operation] = makes


def register_creator(operation: str) -> None:
    """Say that the jobs of ``operation`` create objects, with their mark."""
    CREATORS.add(operation)


def asked_before(job: Job, deed: str, moment: datetime) -> bool:
    """True if the job had asked the cloud for ``deed`` by then, by the notes of its operation."""
    notes = job.memory
    if (asked_at := notes.get(f"{deed}_at")) is not None:
        return datetime.fromtimestamp(float(asked_at), UTC) <= moment
    names = (f"{deed}_unclear", "accepted", "asking", "asked", "unclear_at")
    may_have = any(notes.get(name) for name in names)
    return may_have and job.started_at is not None and job.started_at <= moment


def note_actors(
    resource: Resource, source: Source, changes: Sequence[Change], after: Mapping[int, Facts]
) -> None:
    """Set ``job_id`` of the changes, which are about to be stored, that a job has made."""
    by_target: dict[str, list[Change]] = {}
    for change in changes:
        by_target.setdefault(_target(resource, source, after[change.row_id]), []).append(change)
    jobs = _jobs_on(list(by_target))
    marks = _marked(changes, after)
    for target, found in by_target.items():
        for change in found:
            facts = after[change.row_id]
            if change.field == "state" and change.before is None:
                change.job_id = _creator(marks.get(change.row_id), source, target, change.at)
            else:
                change.job_id = _maker(jobs.get(target, ()), change, facts)


def _target(resource: Resource, source: Source, facts: Facts) -> str:
    place = f"{source.provider.public_id}:{source.region}:{facts['external_id']}"
    return global_id(resource.type_name, place)


def _jobs_on(targets: Sequence[str]) -> dict[str, list[Job]]:
    """The jobs that may have acted on each, the latest first."""
    found: dict[str, list[Job]] = {}
    for start in range(0, len(targets), BATCH):
        jobs = Job.objects.filter(
            target__in=targets[start : start + BATCH],
            operation__in=list(MAKERS),
            started_at__isnull=False,
        )
        for job in jobs.order_by("-created_at", "-pk"):
            found.setdefault(str(job.target), []).append(job)
    return found


def _maker(jobs: Iterable[Job], change: Change, facts: Facts) -> UUID | None:
    return next(
        (
            job.pk
            for job in jobs
            if _may_act(job, change.at) and MAKERS[job.operation](job, change, facts)
        ),
        None,
    )


def _may_act(job: Job, moment: datetime) -> bool:
    if job.started_at is None or job.started_at > moment:
        return False
    if job.finished_at is None:
        return True
    late = timedelta(0) if job.state == JobState.SUCCEEDED else LATE
    return moment <= job.finished_at + late


def _marked(changes: Iterable[Change], after: Mapping[int, Facts]) -> dict[int, Job]:
    """The jobs whose marks new objects have, by the objects' keys."""
    marks = {}
    for change in changes:
        if change.field == "state" and change.before is None:
            marks[change.row_id] = _mark_in(after[change.row_id])
    wanted = {mark for mark in marks.values() if mark is not None}
    jobs = Job.objects.in_bulk(list(wanted)) if wanted else {}
    return {key: jobs[mark] for key, mark in marks.items() if mark in jobs}


def _mark_in(facts: Facts) -> UUID | None:
    pairs = [*(facts.get("tags") or ()), *(facts.get("labels") or ())]
    value = next((str(text) for key, text in pairs if key == MARKER_TAG), "")
    try:
        return UUID(value)
    except ValueError:
        return None


def _creator(job: Job | None, source: Source, target: str, moment: datetime) -> UUID | None:
    """The mark alone is not enough: somebody may have copied an object with its tags."""
    if job is None or job.operation not in CREATORS or job.scope != source.provider.scope:
        return None
    is_its_own = target in job.created or (not job.created and _may_act(job, moment))
    return job.pk if is_its_own else None


register_change_note(note_actors)
