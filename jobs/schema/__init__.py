"""Jobs in GraphQL: ``job``, ``jobs``, ``cancelJob`` and ``retryJob``. They show what is stored."""

from jobs.schema.enums import JobState
from jobs.schema.mutations import JobMutations as Mutation
from jobs.schema.mutations import idempotency_key_argument
from jobs.schema.queries import JobQueries as Query
from jobs.schema.types import Job, JobConnection, JobEvent

__all__ = [
    "Job",
    "JobConnection",
    "JobEvent",
    "JobState",
    "Mutation",
    "Query",
    "idempotency_key_argument",
]
