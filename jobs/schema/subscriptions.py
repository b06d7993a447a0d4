"""``jobUpdated``: jobs as they go on."""

import uuid
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import graphene
from django.db.models import Max
from django.utils import timezone

from gateway.core.errors import InvalidInput, NotFound
from gateway.core.graphql.context import Context
from gateway.core.graphql.subscriptions import (
    Contexts,
    Ids,
    SubscriptionField,
    Topic,
)
from gateway.core.ids import local_id
from jobs.models import Job as JobRow
from jobs.models import JobEvent
from jobs.models.states import FINISHED
from jobs.row.events import CHANNEL
from jobs.row.selectors import current_job_keys, job_get, job_list
from jobs.schema.related import as_seen
from jobs.schema.types import Job

NO_JOB = "There is no job with this id."
NULL_ID = "id is null. Give it a value, or leave it out to follow every job that you may see."
ENDED_LATELY = timedelta(minutes=15)
MOST_CURRENT = 1000  # that ended lately, and that are unfinished
CHUNK = 20  # jobs that are read at a time: rights are looked up for each read
PAGE = 10_000  # changes


def _related(ids: Ids) -> Ids:
    """The jobs and their parents: a parent shows how far its children are."""
    parents = JobRow.objects.filter(pk__in=ids, parent__isnull=False)
    return ids | {str(key) for key in parents.values_list("parent", flat=True).distinct()}


def _latest() -> int:
    return JobEvent.objects.aggregate(latest=Max("pk"))["latest"] or 0


def _since(mark: int, last: int) -> tuple[Mapping[Hashable, str], int | None]:
    events = JobEvent.objects.filter(pk__gt=max(mark, last)).order_by("pk")
    found = list(events.values_list("pk", "job_id")[:PAGE])
    ids: dict[Hashable, str] = {number: str(job_id) for number, job_id in found}
    return ids, found[-1][0] if len(found) == PAGE else None


JOBS = Topic(CHANNEL, related=_related, latest=_latest, since=_since)


class JobUpdated(SubscriptionField):
    """With an id, that job until it is final; without, every job that the user may see."""

    topic = JOBS

    def current(self, contexts: Contexts, arguments: Mapping[str, Any]) -> Iterable[Any]:
        """The job; without an id those that ended lately, and those that are not final.

        Raises InvalidInput for an id that is null, so that a script whose id was never set does
        not follow every job without end.
        """
        if "id" in arguments and arguments["id"] is None:
            raise InvalidInput(NULL_ID, field="id")
        if arguments.get("id") is None:
            return _current(contexts)
        found = job_get(user=contexts().user, job_id=_key(arguments))
        if found is None:
            raise NotFound(NO_JOB, field="id")
        return [found]

    def wanted(self, arguments: Mapping[str, Any], ids: Ids) -> Ids:
        return ids if arguments.get("id") is None else ids & {_key(arguments)}

    def changed(
        self,
        contexts: Contexts,
        arguments: Mapping[str, Any],
        ids: Sequence[str],
    ) -> Iterable[Any]:
        """Raises NotFound for the job that is named, if the user does not see it any more."""
        jobs = job_list(user=contexts().user).filter(pk__in=ids)
        found = list(jobs.order_by("created_at", "pk"))
        if ids and not found and arguments.get("id") is not None:
            raise NotFound(NO_JOB, field="id")
        return found

    def seen(self, context: Context, found: Any, arguments: Mapping[str, Any]) -> Any:  # noqa: ARG002 - of the interface
        """Read again."""
        return job_list(user=context.user).filter(pk=found.pk).first()

    def is_final(self, context: Context, found: Any, arguments: Mapping[str, Any]) -> bool:
        if arguments.get("id") is None:
            return False
        return as_seen(found, user=context.user).state in FINISHED


def _current(contexts: Contexts) -> Iterator[JobRow]:
    """The present state of all jobs, including those that ended while the client was away."""
    since = timezone.now() - ENDED_LATELY
    keys = current_job_keys(user=contexts().user, ended_since=since, most=MOST_CURRENT)
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        found = {job.pk: job for job in job_list(user=contexts().user).filter(pk__in=part)}
        yield from (found[key] for key in part if key in found)


def _key(arguments: Mapping[str, Any]) -> str:
    """The job's key as announcements have it; the text itself if it is none."""
    text = local_id(arguments["id"], of="Job")
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return text


class JobSubscriptions(graphene.ObjectType):
    job_updated = graphene.Field(
        Job,
        id=graphene.ID(description="The job; absent: every job that you may see. Null is refused."),
        description="A job: its present state, and each later change. With an id, the stream "
        "completes when the job is final. Without an id, it begins with the jobs that ended in the "
        "last 15 minutes and the unfinished jobs, the newest 1,000 of each, and does not complete.",
    )

    @staticmethod
    def resolve_job_updated(event: Mapping[str, Any], _info: Any, **_arguments: Any) -> Any:
        return event["jobUpdated"]


FIELDS: Mapping[str, SubscriptionField] = {"jobUpdated": JobUpdated()}
