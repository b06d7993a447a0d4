"""Mutations of schedules of machines: create, change, and run now."""

from typing import Any

import graphene
from django.utils import timezone as clock

from gateway.core.accounts.credential import attach_credential, credential_of
from gateway.core.graphql.context import Context
from gateway.core.graphql.limit_fields import LimitField
from gateway.core.graphql.mutation import Mutation, root_fields
from inventory.operations.actions.virtual_machines import CHANGES
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.schema.actions import ActionMutation, Request, dry_run_argument
from inventory.schema.dry_run import DryRun
from inventory.schema.selection import changed_selection, selection_of_input, shown_selection
from inventory.schema.table.filters import filter_input
from inventory.services import schedules as services
from inventory.services.dry_run import Check
from inventory.services.selection import MOST_EVER, USUAL_MOST
from jobs import api as jobs
from jobs.api import timetable
from jobs.schema import Schedule, idempotency_key_argument, schedule_named

TIMES_SHOWN = 3
MAX = (
    f"A run that would change more machines than this is refused; absent: {USUAL_MOST}. At most "
    f"{MOST_EVER}."
)


*_FIRST, _LAST = (f".{name}" for name in CHANGES)
OPERATIONS = f"{', '.join(_FIRST)} or {_LAST}"


def _operation(*, required: bool) -> graphene.String:
    return graphene.String(
        required=required,
        description=f"The action: virtual_machine{OPERATIONS}.",
    )


class WhichMachines:
    """Which machines a schedule is about."""

    ids = graphene.List(
        graphene.NonNull(graphene.ID), description="The machines. Either these or a filter."
    )
    filter = LimitField(
        filter_input(VIRTUAL_MACHINES),
        by_parts=True,
        description="A filter of the machines, evaluated at each run. Every field that is given "
        "must have a value, also the value of a tag; null and empty values are refused.",
    )
    max = graphene.Int(description=MAX)


class ScheduleMutation(Mutation):
    """Shared by the mutations of schedules."""

    class Meta:
        abstract = True

    schedule = graphene.Field(Schedule, description="The schedule; null if nothing was done.")
    dry_run = graphene.Field(
        DryRun, description="The result of a dry run of the next run; null unless dryRun was true."
    )


class CreateSchedule(ScheduleMutation):
    """Create a schedule, which changes machines at planned times, with the rights that you have
    then.
    """

    class Input(WhichMachines):
        name = graphene.String(
            required=True, description="Your name for it. Each of your schedules has another name."
        )
        operation = _operation(required=True)
        cron = graphene.String(
            required=True,
            description="The times in cron format: minute, hour, day of the month, month, day of "
            "the week. "
            "0 19 * * mon-fri is at 19:00 on weekdays.",
        )
        timezone = graphene.String(
            default_value="UTC",
            description="The time zone of the times, for example Europe/Berlin. Absent: UTC.",
        )
        enabled = graphene.Boolean(
            default_value=True,
            description="True if it runs at its times; absent: true.",
        )
        dry_run = dry_run_argument()

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        name: str,
        operation: str,
        cron: str,
        timezone: str | None = None,
        enabled: bool | None = None,
        dry_run: bool = False,
        **which: Any,
    ) -> Any:
        operation = services.change_named(operation).operation
        selection = selection_of_input(context, which)
        zone = timezone or "UTC"
        user: Any = context.user
        names = services.check_selection(selection, owner=user)
        if dry_run:
            asked = {"operation": operation, "selection": selection, "owner": user, "names": names}
            return cls(dry_run=_dry_run(cron, zone, **asked))
        schedule = jobs.schedule_create(
            owner=user,
            name=name,
            operation=operation,
            arguments=services.schedule_arguments(selection, shown_selection(which), names),
            cron=cron,
            timezone=zone,
            enabled=enabled is not False,
        )
        return cls(schedule=schedule)


class UpdateSchedule(ScheduleMutation):
    """Change a schedule. Fields that are absent do not change. Ids replace a filter, and a filter
    replaces ids.
    """

    class Input(WhichMachines):
        id = graphene.ID(required=True, description="The schedule.")
        name = graphene.String(description="Your name for it.")
        operation = _operation(required=False)
        cron = graphene.String(description="The times in cron format.")
        timezone = graphene.String(
            description="The time zone of the times, for example Europe/Berlin."
        )
        enabled = graphene.Boolean(description="True if it runs at its times.")
        dry_run = dry_run_argument()

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        id: str,  # noqa: A002 - the contract's name
        name: str | None = None,
        operation: str | None = None,
        cron: str | None = None,
        timezone: str | None = None,
        enabled: bool | None = None,
        dry_run: bool = False,
        **which: Any,
    ) -> Any:
        schedule = schedule_named(context, id)
        operation = services.change_named(operation or schedule.operation).operation
        selection, given = changed_selection(context, schedule, which)
        owner, names = schedule.owner, services.stored_names(schedule.arguments)
        if which.get("ids") is not None or which.get("filter") is not None:
            names = services.check_selection(selection, owner=owner)
        if dry_run:
            cron, zone = cron or schedule.cron, timezone or schedule.timezone
            asked = {"operation": operation, "selection": selection, "owner": owner, "names": names}
            return cls(dry_run=_dry_run(cron, zone, **asked))
        changes = jobs.ScheduleChanges(
            name=name,
            operation=operation,
            arguments=services.schedule_arguments(selection, given, names),
            cron=cron,
            timezone=timezone,
            enabled=enabled is not False,
        )
        return cls(schedule=jobs.schedule_update(schedule=schedule, changes=changes))


def _run_now(
    *, schedule: jobs.Schedule, requested_by: Any, idempotency_key: str | None
) -> jobs.Job:
    if (credential := credential_of(requested_by)) is not None:
        # The run is the owner's, and depends on the token with which it was asked for.
        attach_credential(schedule.owner, credential)
    return jobs.schedule_run(schedule=schedule, idempotency_key=idempotency_key)


def _meet_now(*, schedule: jobs.Schedule) -> Any:
    return services.dry_run_schedule(
        operation=schedule.operation,
        selection=services.selection_of(schedule),
        owner=schedule.owner,
        names=services.stored_names(schedule.arguments),
    )


class RunSchedule(ActionMutation):
    """Run a schedule now, as its owner, besides its planned times."""

    takes_api_token = False  # as all that manages schedules

    class Input:
        id = graphene.ID(required=True, description="The schedule.")
        idempotency_key = idempotency_key_argument()
        dry_run = dry_run_argument()

    submit, check = staticmethod(_run_now), staticmethod(_meet_now)

    @classmethod
    def request(cls, context: Context, *, id: str) -> Request:  # noqa: A002 - the contract's name
        return {"schedule": schedule_named(context, id)}


MachineScheduleMutations: Any = root_fields(
    "MachineScheduleMutations", CreateSchedule, UpdateSchedule, RunSchedule
)


def _dry_run(cron: str, zone: str, **asked: Any) -> Any:
    """``asked``: the arguments of ``dry_run_schedule``."""
    times = timetable(cron, zone)
    run = services.dry_run_schedule(**asked)
    coming = [f"{planned:%Y-%m-%d %H:%M}" for planned in times.coming(clock.now(), TIMES_SHOWN)]
    message = f"{times.in_words()}. Next, in UTC: {', '.join(coming)}."
    run.checks.insert(0, Check("schedule", True, message))
    return run
