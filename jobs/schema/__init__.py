"""Jobs and schedules in GraphQL. They show what is stored."""

import graphene

from jobs.schema.enums import JobState
from jobs.schema.mutations import JobMutations, idempotency_key_argument
from jobs.schema.queries import JobQueries
from jobs.schema.related import makers_of
from jobs.schema.schedules import Schedule, ScheduleMutations, ScheduleQueries, schedule_named
from jobs.schema.subscriptions import FIELDS, JobSubscriptions
from jobs.schema.types import Job, JobConnection, JobEvent, Objects

__all__ = [
    "FIELDS",
    "Job",
    "JobConnection",
    "JobEvent",
    "JobState",
    "Mutation",
    "Objects",
    "Query",
    "Schedule",
    "Subscription",
    "idempotency_key_argument",
    "makers_of",
    "schedule_named",
]


class Query(JobQueries, ScheduleQueries, graphene.ObjectType):
    pass


class Subscription(JobSubscriptions, graphene.ObjectType):
    pass


class Mutation(JobMutations, ScheduleMutations, graphene.ObjectType):
    pass
