"""``cancelJob`` and ``retryJob``."""

from typing import Any

import graphene

from gateway.core.errors import NotFound
from gateway.core.graphql.context import Context
from gateway.core.graphql.mutation import Mutation, root_fields
from gateway.core.ids import local_id
from jobs import models
from jobs.row.selectors import job_get
from jobs.schema.types import Job
from jobs.submit.cancel import cancel
from jobs.submit.retry import retry


def idempotency_key_argument() -> graphene.String:
    """The same of every mutation that submits a job."""
    return graphene.String(
        description="A key of your own for this request, of up to 255 characters. For seven days, "
        "the same request with the same key returns the same job, and another request with that "
        "key is refused. Null and a variable without a value are no key.",
    )


class CancelJob(Mutation):
    """Ask a job and its children to stop. Steps that have already run are not undone."""

    takes_api_token = True
    job = graphene.Field(
        Job,
        description="The job after the request: CANCELED, or CANCELING until its step has ended.",
    )

    class Input:
        id = graphene.ID(required=True, description="The job.")

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Any:  # noqa: A002 - the contract's name
        user: Any = context.user
        job = _job_named(user, id)
        return cls(job=cancel(job=job, canceled_by=user))


class RetryJob(Mutation):
    """Try a FAILED or CANCELED job again, as a new job with your present rights.

    If the job has children, only the failed children are tried again. If the job itself was
    canceled, the children that were canceled with it are tried again too.
    """

    takes_api_token = True
    job = graphene.Field(Job, description="The new job; its retriedFrom is the old one.")

    class Input:
        id = graphene.ID(required=True, description="The job that FAILED or was CANCELED.")
        idempotency_key = idempotency_key_argument()

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        id: str,  # noqa: A002 - the contract's name
        idempotency_key: str | None = None,
    ) -> Any:
        user: Any = context.user
        job = _job_named(user, id)
        return cls(job=retry(job=job, requested_by=user, idempotency_key=idempotency_key))


JobMutations: Any = root_fields("JobMutations", CancelJob, RetryJob)


def _job_named(user: Any, value: str) -> models.Job:
    """The job with this global id. Raises NotFound, or InvalidInput."""
    job = job_get(user=user, job_id=local_id(value, of="Job"))
    if job is None:
        raise NotFound("There is no job with this id.", field="id")
    return job
