"""A job as GraphQL shows it. Higher apps give it further fields with ``extend``."""

from typing import Any

import graphene

from gateway.core.accounts.schema.types import User
from gateway.core.graphql import nodes
from gateway.core.graphql.nodes import Node
from gateway.core.graphql.paging import CountedConnection, Window, page_arguments
from gateway.core.graphql.pure import pure
from gateway.core.graphql.record import Record
from gateway.core.graphql.scalars import JSON
from jobs import models
from jobs.operations.registry import operation_label
from jobs.row.selectors import job_get
from jobs.schema.enums import JobEventKind, JobState
from jobs.schema.pages import child_page, event_page, retried_job, retry_page
from jobs.schema.related import as_seen, created_ids, parent_seen, siblings


class JobError(graphene.ObjectType):
    """Why a job, or its latest attempt, failed."""

    code = graphene.String(required=True, description="What went wrong, as a stable word.")
    message = graphene.String(required=True, description="What went wrong, for people.")
    retryable = graphene.Boolean(
        required=True, description="Whether the same may well succeed at another time."
    )


class JobEvent(Record):
    """Something that happened to a job."""

    at = graphene.DateTime(required=True, description="When it happened.")
    kind = graphene.Field(JobEventKind, required=True, description="What sort of thing it was.")
    message = graphene.String(required=True, description="What happened, for people.")


class JobEventConnection(CountedConnection):
    """What happened to a job, in the order in which it did."""

    class Meta:
        node = JobEvent


class Objects(dict[str, Any]):
    """The objects that one GraphQL operation has read for jobs, by global id."""

    def of(self, job: models.Job, column: str, user: Any) -> Any:
        """The object that the job's ``column`` names; read together with those of its siblings."""
        value = getattr(job, column)
        if value is not None and value not in self:
            named = {getattr(sibling, column) for sibling in siblings(job)} - {None}
            self.update(nodes.load_each(user, named - self.keys()))
        return self.get(value)

    def created_by(self, job: models.Job, user: Any) -> list[Any]:
        """The objects that the job or its children created; read for all its siblings."""
        created = created_ids(job, user=user)
        wanted = {value for values in created.values() for value in values}
        self.update(nodes.load_each(user, wanted - self.keys()))
        return [self[value] for value in created[job.pk] if self[value] is not None]


class Job(graphene.ObjectType):
    """Work that was promised: it is done, or it says why it was not."""

    class Meta:
        interfaces = (Node,)

    operation = graphene.String(
        required=True, description="What is done, as a stable name: virtual_machine.stop."
    )
    label = graphene.String(required=True, description="What is done, in words.")
    state = graphene.Field(
        JobState,
        required=True,
        description="Where it stands. A job with children stands where those that you may see do.",
    )
    target = graphene.Field(
        Node, description="What is changed; null for a job that makes something, or if it is gone."
    )
    target_name = graphene.String(
        description="The target's name when the job was submitted, or the name of the object that "
        "it makes; it stays when the target is gone. Null if the job has no single target."
    )
    requested_by = graphene.Field(User, description="Who asked for it; null if they are gone.")
    requester_login = graphene.String(
        description="The requester's login when the job was submitted; it stays when the user is "
        "deleted. Null for a job of the gateway's own."
    )
    attempts = graphene.Int(
        required=True, description="How often it was begun; going on after a crash does not count."
    )
    progress = graphene.Int(required=True, description="How much of it is done, in percent.")
    created_at = graphene.DateTime(required=True, description="When it was asked for.")
    started_at = graphene.DateTime(description="When its first step began.")
    finished_at = graphene.DateTime(description="When it ended, however it did.")
    deadline_at = graphene.DateTime(required=True, description="When it fails if it has not ended.")
    error = graphene.Field(
        JobError, description="Why it failed or, while it is tried again, why it did so last."
    )
    result = JSON(
        description="What came of it. Of a job with children: how many of those that you may see "
        "succeeded, failed and were canceled."
    )
    created = graphene.List(
        graphene.NonNull(Node),
        required=True,
        description="The objects that it created, also if it failed later; of a job with children, "
        "those that its children created. Without those that are gone or that you may not see.",
    )
    events = graphene.Field(
        JobEventConnection,
        description="What happened to it, earliest first. None of a job with children of which you "
        "may see only some: look at the events of those.",
        **page_arguments(),
    )
    parent = graphene.Field(
        lambda: Job, description="The job that this one is a part of, if you may see it."
    )
    children = graphene.Field(
        lambda: JobConnection,
        description="Its parts, in the order given, as far as you may see them.",
        **page_arguments(),
    )
    retried_from = graphene.Field(
        lambda: Job, description="The job that this one tries again, if you may see it."
    )
    retries = graphene.Field(
        lambda: JobConnection,
        description="The jobs that try this one again, as far as you may see them.",
        **page_arguments(),
    )

    @staticmethod
    @pure
    def resolve_id(job: models.Job) -> str:
        return job.public_id

    @staticmethod
    @pure
    def resolve_label(job: models.Job) -> str:
        return operation_label(job.operation)

    @staticmethod
    def resolve_state(job: models.Job, info: Any) -> Any:
        return as_seen(job, user=info.context.user).state

    @staticmethod
    def resolve_progress(job: models.Job, info: Any) -> int:
        return as_seen(job, user=info.context.user).progress

    @staticmethod
    def resolve_started_at(job: models.Job, info: Any) -> Any:
        return as_seen(job, user=info.context.user).started_at

    @staticmethod
    def resolve_finished_at(job: models.Job, info: Any) -> Any:
        return as_seen(job, user=info.context.user).finished_at

    @staticmethod
    def resolve_result(job: models.Job, info: Any) -> Any:
        return as_seen(job, user=info.context.user).result

    @staticmethod
    def resolve_target(job: models.Job, info: Any) -> Any:
        return info.context.of(Objects).of(job, "target", info.context.user)

    @staticmethod
    @pure
    def resolve_target_name(job: models.Job) -> str | None:
        return job.target_name or None

    @staticmethod
    @pure
    def resolve_requester_login(job: models.Job) -> str | None:
        return job.requester_login or None

    @staticmethod
    def resolve_created(job: models.Job, info: Any) -> list[Any]:
        user = info.context.user
        return info.context.of(Objects).created_by(job, user)

    @staticmethod
    def resolve_parent(job: models.Job, info: Any) -> models.Job | None:
        return parent_seen(job, user=info.context.user)

    @staticmethod
    def resolve_error(job: models.Job, info: Any) -> JobError | None:
        seen = as_seen(job, user=info.context.user)
        if not seen.error_code:
            return None
        return JobError(
            code=seen.error_code, message=seen.error_message, retryable=seen.error_retryable
        )

    @staticmethod
    def resolve_events(job: models.Job, info: Any, **window: Any) -> Any:
        return event_page(job, Window(**window), user=info.context.user)

    @staticmethod
    def resolve_children(job: models.Job, info: Any, **window: Any) -> Any:
        return child_page(job, Window(**window), user=info.context.user)

    @staticmethod
    def resolve_retried_from(job: models.Job, info: Any) -> models.Job | None:
        return retried_job(job, user=info.context.user)

    @staticmethod
    def resolve_retries(job: models.Job, info: Any, **window: Any) -> Any:
        return retry_page(job, Window(**window), user=info.context.user)


class JobConnection(CountedConnection):
    """A page of jobs."""

    class Meta:
        node = Job


nodes.register(
    Job, model=models.Job, load=lambda user, local_id: job_get(user=user, job_id=local_id)
)
