"""``cancelJob``."""

from typing import Any

import graphene

from gateway.core.errors import NotFound
from gateway.core.graphql.context import Context
from gateway.core.graphql.mutation import Mutation
from gateway.core.ids import local_id
from jobs import services
from jobs.schema.types import Job
from jobs.selectors import job_get


class CancelJob(Mutation):
    """Ask a job, with its children, to stop. What it has already done is not undone."""

    job = graphene.Field(
        Job, description="The job as it is now: CANCELED, or CANCELING until its step has ended."
    )

    class Input:
        id = graphene.ID(required=True, description="The job.")

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Any:  # noqa: A002 - the contract's name
        user: Any = context.user
        job = job_get(user=user, job_id=local_id(id, of="Job"))
        if job is None:
            raise NotFound("There is no job with this id.", field="id")
        return cls(job=services.cancel(job=job, canceled_by=user))


class JobMutations(graphene.ObjectType):
    cancel_job = CancelJob.Field(description=CancelJob.__doc__)
