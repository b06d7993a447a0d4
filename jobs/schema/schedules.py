"""Schedules in GraphQL. ``inventory.schema.schedules`` adds the fields about machines."""

from typing import Any

import graphene
from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from gateway.core.accounts.schema.types import User
from gateway.core.errors import InvalidInput, NotFound
from gateway.core.graphql import nodes
from gateway.core.graphql.context import Context
from gateway.core.graphql.enums import described_enum
from gateway.core.graphql.mutation import Mutation, root_fields
from gateway.core.graphql.nodes import Node
from gateway.core.graphql.paging import (
    CountedConnection,
    OrderKey,
    Page,
    Window,
    page_arguments,
)
from gateway.core.graphql.pure import pure
from gateway.core.graphql.record import Record
from gateway.core.ids import local_id
from jobs import models
from jobs.models import schedule as model
from jobs.operations.registry import operation_label
from jobs.row.selectors import job_list, schedule_get, schedule_list
from jobs.schedule import services as schedules
from jobs.schedule.cron import timetable_of
from jobs.schema.related import RelatedPage, link_siblings, partial_of, siblings
from jobs.schema.types import Job

BY_NAME = OrderKey("name")
NEWEST_FIRST = OrderKey("planned_at", descending=True)
SUBMITTED = "Submitted."
USUAL_RUNS = 5
MOST_RUNS = 100

RunOutcome = described_enum(
    model.RunOutcome,
    name="ScheduleRunOutcome",
    description="The outcome of a planned time.",
    meanings=model.MEANINGS,
)


class ScheduleRun(Record):
    """One planned time of a schedule, or one run by hand, and its outcome."""

    planned_at = graphene.DateTime(required=True, description="The planned time.")
    at = graphene.DateTime(required=True, description="When it was handled.")
    outcome = graphene.Field(RunOutcome, required=True, description="The outcome.")
    message = graphene.String(required=True, description="The outcome in words.")
    job = graphene.Field(Job, description="The job that was submitted, if there is one.")


class ScheduleRunConnection(CountedConnection):
    """The outcomes of a schedule's planned times, latest first; kept for 90 days."""

    class Meta:
        node = ScheduleRun


class Schedule(graphene.ObjectType):
    """An operation that is run at planned times."""

    class Meta:
        interfaces = (Node,)

    name = graphene.String(required=True, description="The name that its owner gave it.")
    operation = graphene.String(
        required=True, description="The operation by a stable name: virtual_machine.stop."
    )
    label = graphene.String(required=True, description="The operation in words.")
    cron = graphene.String(
        required=True,
        description="The times in cron format: minute, hour, day of the month, month, day of the "
        "week.",
    )
    timezone = graphene.String(
        required=True, description="The time zone of the times: Europe/Berlin."
    )
    times = graphene.String(required=True, description="The times in words.")
    enabled = graphene.Boolean(required=True, description="True if it runs at its planned times.")
    next_runs = graphene.List(
        graphene.NonNull(graphene.DateTime),
        required=True,
        first=graphene.Int(
            default_value=USUAL_RUNS, description=f"The largest number, 0 to {MOST_RUNS}."
        ),
        description="Its next planned times, earliest first; empty while it is not enabled.",
    )
    owner = graphene.Field(
        User,
        required=True,
        description="Its owner. It runs with the rights that the owner has at that time.",
    )
    created_at = graphene.DateTime(required=True, description="When it was created.")
    updated_at = graphene.DateTime(required=True, description="When it was last changed.")
    runs = graphene.Field(
        ScheduleRunConnection,
        description="The outcomes of its planned times, latest first; kept for 90 days.",
        **page_arguments(),
    )

    @staticmethod
    @pure
    def resolve_id(schedule: models.Schedule) -> str:
        return schedule.public_id

    @staticmethod
    @pure
    def resolve_label(schedule: models.Schedule) -> str:
        return operation_label(schedule.operation)

    @staticmethod
    @pure
    def resolve_times(schedule: models.Schedule) -> str:
        return timetable_of(schedule).in_words()

    @staticmethod
    def resolve_next_runs(
        schedule: models.Schedule, _info: Any, first: int | None = USUAL_RUNS
    ) -> list[Any]:
        count = USUAL_RUNS if first is None else first
        if not 0 <= count <= MOST_RUNS:
            raise InvalidInput(f"first must be between 0 and {MOST_RUNS}.", field="first")
        if not schedule.enabled:
            return []
        return timetable_of(schedule).coming(timezone.now(), count)

    @staticmethod
    def resolve_runs(schedule: models.Schedule, info: Any, **window: Any) -> Any:
        return RunPage(schedule, user=info.context.user, window=Window(**window))


class ScheduleConnection(CountedConnection):
    """A page of schedules."""

    class Meta:
        node = Schedule


class SchedulePage(Page[models.Schedule]):
    """A page of schedules, linked as siblings."""

    def fetch(self) -> list[models.Schedule]:
        return link_siblings(super().fetch())


class RunPage(RelatedPage[models.ScheduleRun]):
    """The runs of one schedule, with the jobs that ``user`` may see now.

    If the user does not see all of a run's job, the message is shortened: it may name providers
    that they do not see. The jobs of all siblings' runs are fetched at once and linked.
    """

    def __init__(self, schedule: models.Schedule, *, user: Any, window: Window) -> None:
        rows = models.ScheduleRun.objects.all()
        super().__init__(
            schedule, rows, relation="runs", link="schedule", order=NEWEST_FIRST, window=window
        )
        self._user = user

    def fetch(self) -> list[models.ScheduleRun]:
        found = super().fetch()
        fetched = [getattr(row, self._kept_as, found) for row in siblings(self._row)]
        runs = [run for page in fetched for run in page]
        prefetch_related_objects(runs, Prefetch("job", job_list(user=self._user)))
        link_siblings([run.job for run in runs if run.job is not None])
        for run in runs:
            if run.outcome == model.RunOutcome.SUBMITTED and not self._sees_all_of(run.job):
                run.message = SUBMITTED
        return found

    def _sees_all_of(self, job: models.Job | None) -> bool:
        return job is not None and job.pk not in partial_of(job, user=self._user)


class ScheduleQueries(graphene.ObjectType):
    schedule = graphene.Field(
        Schedule,
        id=graphene.ID(required=True, description="The schedule's id."),
        description="A schedule by its id. Null if it does not exist or you may not see it.",
    )
    schedules = graphene.Field(
        ScheduleConnection,
        description="The schedules that you may see, ordered by name.",
        **page_arguments(),
    )

    @staticmethod
    def resolve_schedule(_root: None, info: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        return schedule_get(user=info.context.user, schedule_id=local_id(id, of="Schedule"))

    @staticmethod
    def resolve_schedules(_root: None, info: Any, **window: Any) -> Any:
        rows = schedule_list(user=info.context.user)
        return SchedulePage(rows, order=BY_NAME, window=Window(**window))


class DeleteSchedule(Mutation):
    """Delete a schedule. The jobs that it submitted stay and continue."""

    id = graphene.ID(description="The id of the deleted schedule; null if nothing was done.")

    class Input:
        id = graphene.ID(required=True, description="The schedule.")

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Any:  # noqa: A002 - the contract's name
        schedules.schedule_delete(schedule=schedule_named(context, id))
        return cls(id=id)


ScheduleMutations: Any = root_fields("ScheduleMutations", DeleteSchedule)


def schedule_named(context: Context, value: str) -> models.Schedule:
    """The schedule with this global id. Raises NotFound, or InvalidInput."""
    schedule = schedule_get(user=context.user, schedule_id=local_id(value, of="Schedule"))
    if schedule is None:
        raise NotFound("There is no schedule with this id.", field="id")
    return schedule


nodes.register(
    Schedule,
    model=models.Schedule,
    load=lambda user, local_id: schedule_get(user=user, schedule_id=local_id),
)
