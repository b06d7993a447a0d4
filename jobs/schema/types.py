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

    code = graphene.String(required=True, description="The code of the error. Codes do not change.")
    message = graphene.String(required=True, description="The error in words.")
    retryable = graphene.Boolean(
        required=True, description="True if the same request may succeed later."
    )


class JobEvent(Record):
    """An event of a job."""

    at = graphene.DateTime(required=True, description="When it happened.")
    kind = graphene.Field(JobEventKind, required=True, description="The kind of event.")
    message = graphene.String(required=True, description="The event in words.")


class JobEventConnection(CountedConnection):
    """A page of a job's events, earliest first."""

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
    """Work that the gateway has accepted. It is carried out, or the job reports why not."""

    class Meta:
        interfaces = (Node,)

    operation = graphene.String(
        required=True,
        description="The name of the operation, which does not change: virtual_machine.stop.",
    )
    label = graphene.String(required=True, description="The operation in words.")
    state = graphene.Field(
        JobState,
        required=True,
        description="The state. The state of a job with children is derived from those that you "
        "may see.",
    )
    target = graphene.Field(
        Node,
        description="The object that is changed. Null for a job that creates an object, or if the "
        "object is deleted.",
    )
    target_name = graphene.String(
        description="The name of the target when the job was submitted, or the name of the object "
        "that it creates. It stays when the target is deleted. Null if the job has no single "
        "target."
    )
    requested_by = graphene.Field(
        User, description="The user who requested it; null if the user was deleted."
    )
    requester_login = graphene.String(
        description="The requester's login when the job was submitted; it stays when the user is "
        "deleted. Null for a job of the gateway itself."
    )
    attempts = graphene.Int(
        required=True,
        description="The number of attempts. Continuing after a crash does not count.",
    )
    progress = graphene.Int(required=True, description="The progress in percent.")
    created_at = graphene.DateTime(required=True, description="When it was submitted.")
    started_at = graphene.DateTime(description="When its first step began.")
    finished_at = graphene.DateTime(description="When it ended, in success or not.")
    deadline_at = graphene.DateTime(
        required=True, description="It fails if it has not ended by this time."
    )
    error = graphene.Field(
        JobError,
        description="The reason why it failed or, while it is tried again, why its latest attempt "
        "failed.",
    )
    result = JSON(
        description="The result. For a job with children: the numbers of children that succeeded, "
        "failed and were canceled, counting those that you may see."
    )
    created = graphene.List(
        graphene.NonNull(Node),
        required=True,
        description="The objects that it or its children created, even if it failed later. Deleted "
        "objects, and those that you may not see, are left out.",
    )
    events = graphene.Field(
        JobEventConnection,
        description="Its events, earliest first. Empty for a job with children if you may see only "
        "some of them: read the events of those.",
        **page_arguments(),
    )
    parent = graphene.Field(lambda: Job, description="The parent of this job, if you may see it.")
    children = graphene.Field(
        lambda: JobConnection,
        description="The child jobs that you may see, in the order of the request.",
        **page_arguments(),
    )
    retried_from = graphene.Field(
        lambda: Job, description="The job that this job tries again, if you may see it."
    )
    retries = graphene.Field(
        lambda: JobConnection,
        description="The jobs that try this job again and that you may see.",
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
