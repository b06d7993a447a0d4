"""``jobUpdated``: jobs as they go on."""

import uuid
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import graphene
from django.db.models import Max

from gateway.core.errors import NotFound
from gateway.core.graphql.context import Context
from gateway.core.graphql.subscriptions import Contexts, Ids, SubscriptionField, Topic
from gateway.core.ids import local_id
from jobs.models import Job as JobRow
from jobs.models import JobEvent
from jobs.models.states import FINISHED, UNFINISHED
from jobs.row.events import CHANNEL
from jobs.row.selectors import JobFilters, job_get, job_list
from jobs.schema.related import as_seen
from jobs.schema.types import Job

NO_JOB = "There is no job with this id."
MOST_CURRENT = 100
MOST_MISSED = 10_000  # changes of one reading; the next one goes on


def _related(ids: Ids) -> Ids:
    """The jobs and their parents: a parent shows how far its children are."""
    parents = JobRow.objects.filter(pk__in=ids, parent__isnull=False)
    return ids | {str(key) for key in parents.values_list("parent", flat=True).distinct()}


def _latest() -> int:
    return JobEvent.objects.aggregate(latest=Max("pk"))["latest"] or 0


def _since(mark: int) -> Mapping[Hashable, str]:
    events = JobEvent.objects.filter(pk__gt=mark).order_by("pk").values_list("pk", "job_id")
    return {number: str(job_id) for number, job_id in events[:MOST_MISSED]}


JOBS = Topic(CHANNEL, related=_related, latest=_latest, since=_since)


class JobUpdated(SubscriptionField):
    """With an id, that job until it is final; without, every job that the user may see."""

    topic = JOBS

    def current(self, contexts: Contexts, arguments: Mapping[str, Any]) -> Iterable[Any]:
        """The job; without an id the newest of those that are not final."""
        user = contexts().user
        if arguments.get("id") is None:
            filters = JobFilters(states=tuple(UNFINISHED))
            rows = job_list(user=user, filters=filters).order_by("-created_at", "-pk")
            return list(rows[:MOST_CURRENT])
        found = job_get(user=user, job_id=_key(arguments))
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
        id=graphene.ID(description="Of this job; absent: of every job that you may see."),
        description="A job, now and whenever something happens to it. With an id the stream "
        "completes when the job is final; without, it begins with the newest 100 unfinished jobs "
        "and goes on.",
    )

    @staticmethod
    def resolve_job_updated(event: Mapping[str, Any], _info: Any, **_arguments: Any) -> Any:
        return event["jobUpdated"]


FIELDS: Mapping[str, SubscriptionField] = {"jobUpdated": JobUpdated()}
