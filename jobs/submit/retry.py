"""Retries a job that FAILED or was CANCELED, as a new job.

A request is carried out once, even if it is retried several times. A retry is refused if another
job of the same lineage is unfinished, has SUCCEEDED, or ended with an unknown outcome. The first
job of the lineage is locked during the check, so of two retries at once the second one finds the
first.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from uuid import UUID

from django.contrib.auth.models import User

from gateway.core.errors import Conflict
from gateway.core.transactions import in_transaction
from jobs.delegate import get_delegate
from jobs.models import Job
from jobs.models.error_codes import OUTCOME_UNKNOWN
from jobs.models.states import UNFINISHED, JobState
from jobs.operations.identity import identity_in
from jobs.operations.registry import doubt_about
from jobs.row.lineage import ancestors_of, retries_of
from jobs.row.partial_view import partial_view
from jobs.row.visibility import is_visible, visible_children
from jobs.submit.idempotency import Request, name_request
from jobs.submit.rows import Names, Part, insert_family, insert_once, insert_one, new_job


class RetriedAlready(Conflict):
    """``job`` is a retry already, and is unfinished, has succeeded, or may have.

    ``user``: the recipient of the message; a job that they may not see is not named.
    """

    def __init__(self, job: Job, *, user: User) -> None:
        named = f"The job {job.public_id}" if is_visible(job, user=user) else "Another job"
        name = f"{named} tries it again already"
        if job.state in UNFINISHED:
            message = f"{name} and is still {job.state}. Wait until it has ended, or cancel it."
        elif job.state == JobState.SUCCEEDED:
            message = f"{name} and has SUCCEEDED. Make a new request to have it done once more."
        else:
            message = (
                f"{name}, and it is not known whether it was done. Look at the cloud; then retry "
                "that job, if need be."
            )
        super().__init__(message, field="id")
        self.job = job


def retry(*, job: Job, requested_by: User, idempotency_key: str | None = None) -> Job:
    """Submit a new job that does what ``job`` did not do; for a parent, its failed children.

    It belongs to ``requested_by``, with their present rights. Children that were retried already
    are left out. Raises Conflict unless ``job`` is FAILED or CANCELED, RetriedAlready, TargetBusy,
    KeyReused, and what the delegate's ``check_retry`` raises.
    """
    about = {"retry": str(job.pk)}
    request = name_request(requester=requested_by, key=idempotency_key, about=about)
    if request is not None and (earlier := request.find_job()) is not None:
        return earlier
    view = partial_view(job, user=requested_by)
    state = job.state if view is None else view.state
    if state not in {JobState.FAILED, JobState.CANCELED}:
        message = f"It is {state}; only what FAILED or was CANCELED can be tried again."
        raise Conflict(message, field="id")
    parts = _parts_to_retry(job, state, requested_by) if job.is_parent else [job]
    for part in _left_to_retry(job, parts, requested_by):
        get_delegate().check_retry(part, requested_by)
    insert = in_transaction(_insert_parent if job.is_parent else _insert_single)
    return insert_once(request, partial(insert, job, parts, requested_by, request))


def _parts_to_retry(parent: Job, state: str, requested_by: User) -> list[Job]:
    """The failed children; of a canceled parent also the canceled ones.

    ``state``: the parent's, as ``requested_by`` sees it. Children hidden from them are left out.
    """
    states = {JobState.FAILED}
    if state == JobState.CANCELED:
        states.add(JobState.CANCELED)
    children = visible_children(parent, user=requested_by)
    parts = list(children.filter(state__in=states).order_by("created_at", "pk"))
    if not parts:
        message = "None of its jobs failed. Those that were canceled can be tried again one by one."
        raise Conflict(message, field="id")
    return parts


def _insert_single(
    job: Job, parts: Sequence[Job], requested_by: User, request: Request | None
) -> Job:
    _lock_lineages(parts)
    _left_to_retry(job, parts, requested_by)
    return insert_one(_retry_of(job, requested_by), request)


def _insert_parent(
    parent: Job, parts: Sequence[Job], requested_by: User, request: Request | None
) -> Job:
    _lock_lineages([parent, *parts])
    left = _left_to_retry(parent, parts, requested_by)
    children = [
        Part(
            part.target, part.arguments, part.scope, part, Names.of(part), identity_in(part.memory)
        )
        for part in left
    ]
    note = ""
    if omitted := len(parts) - len(left):
        note = f"{omitted} more were tried again already, each as a job of its own."
    again = _retry_of(parent, requested_by)
    return insert_family(again, children, request, again.deadline_seconds, note=note)


def _retry_of(job: Job, requested_by: User) -> Job:
    seconds = job.deadline_seconds or (job.deadline_at - job.created_at).total_seconds()
    return new_job(
        operation=job.operation,
        arguments=job.arguments,
        requested_by=requested_by,
        scope=job.scope,
        deadline_seconds=seconds,
        names=Names.of(job),
        identity=identity_in(job.memory),
        target=job.target,
        retried_from=job,
    )


def _left_to_retry(job: Job, parts: Sequence[Job], requested_by: User) -> list[Job]:
    """The ``parts`` whose retry no other job of their lineage blocks.

    Raises RetriedAlready if one blocks that of ``job`` itself, or none of the parts is left.
    """
    blocking = _find_blocking({job.pk, *(part.pk for part in parts)})
    left = [part for part in parts if part.pk not in blocking]
    if job.pk in blocking or not left:
        raise RetriedAlready(blocking.get(job.pk) or blocking[parts[0].pk], user=requested_by)
    return left


def _find_blocking(keys: Collection[UUID]) -> dict[UUID, Job]:
    """By a job's key, the job of its lineage that blocks its retry."""
    ancestors = ancestors_of(keys)
    first = _first_of_lineage(ancestors)
    lineages = retries_of(set(first.values()))
    found: dict[UUID, Job] = {}
    for key in keys:
        own = {key, *ancestors[key]}
        others = [one for one in lineages[first[key]] if one.pk not in own and _blocks_retry(one)]
        if others:
            found[key] = others[0]
    return found


def _blocks_retry(job: Job) -> bool:
    is_done = job.state in {*UNFINISHED, JobState.SUCCEEDED}
    return is_done or job.error_code == OUTCOME_UNKNOWN or bool(doubt_about(job))


def _first_of_lineage(ancestors: Mapping[UUID, Sequence[UUID]]) -> dict[UUID, UUID]:
    return {key: chain[-1] if chain else key for key, chain in ancestors.items()}


def _lock_lineages(jobs: Sequence[Job]) -> None:
    """Lock the first jobs of the lineages until the transaction ends, in the order of their keys.

    SQLite has no row locks: there a transaction waits for every other one.
    """
    first = set(_first_of_lineage(ancestors_of([job.pk for job in jobs])).values())
    rows = Job.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=first)
    list(rows.order_by("pk").values_list("pk"))
