"""Schedules of machines: made, changed and run by hand, and which machines each is about."""

from collections.abc import Mapping, Sequence
from inspect import getdoc
from typing import Any

import graphene
from django.utils import timezone as clock
from graphene.utils.str_converters import to_camel_case

from gateway.core.accounts.credential import attach_credential, credential_of
from gateway.core.graphql.context import Context
from gateway.core.graphql.extend import extend
from gateway.core.graphql.limit_fields import LimitField
from gateway.core.graphql.mutation import Mutation
from gateway.core.graphql.pure import pure
from gateway.core.graphql.scalars import JSON
from inventory.operations.actions.virtual_machines import CHANGES
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.schema.actions import ActionMutation, dry_run_argument
from inventory.schema.bulk import selection_given
from inventory.schema.dry_run import DryRun
from inventory.schema.table.filters import filter_input
from inventory.services import schedules as services
from inventory.services.dry_run import Check
from inventory.services.selection import MOST_EVER, USUAL_MOST, Selection
from jobs import api as jobs
from jobs.api import timetable
from jobs.schema import Schedule, idempotency_key_argument, schedule_named

TIMES_SHOWN = 3
MAX = (
    f"A run that would change more machines than this is refused; absent: {USUAL_MOST}. At most "
    f"{MOST_EVER}."
)


class ScheduledMachine(graphene.ObjectType):
    """A machine that a schedule names, as it was called when the schedule was made or changed."""

    id = graphene.ID(required=True, description="The machine's id.")
    name = graphene.String(
        description="The machine's name then; it stays when the machine is gone. Null if it was "
        "not known, or if its provider is out of your reach now."
    )
    provider_name = graphene.String(
        description="Its provider's name then; it stays when the provider is disconnected. Null as "
        "the machine's name is."
    )


extend(
    Schedule,
    virtual_machine_ids=graphene.List(
        graphene.NonNull(graphene.ID),
        description="The machines that it names; null where it has a filter.",
        resolver=pure(lambda schedule: schedule.arguments["given"].get("ids")),
    ),
    machine_names=graphene.List(
        graphene.NonNull(ScheduledMachine),
        description="The machines that it names, with their names; null where it has a filter.",
        resolver=lambda schedule, info: services.named_machines(schedule, user=info.context.user),
    ),
    filter=JSON(
        description="What its machines are like, as it was given: a VirtualMachineFilter. It is "
        "asked anew at each run. Null where it names machines.",
        resolver=pure(lambda schedule: schedule.arguments["given"].get("filter")),
    ),
    max=graphene.Int(
        required=True,
        description="A run that would change more machines than this is refused.",
        resolver=pure(lambda schedule: schedule.arguments["selection"]["most"]),
    ),
)


*_FIRST, _LAST = (f".{name}" for name in CHANGES)
OPERATIONS = f"{', '.join(_FIRST)} or {_LAST}"


def _operation(*, required: bool) -> graphene.String:
    return graphene.String(
        required=required,
        description=f"What is done: virtual_machine{OPERATIONS}.",
    )


class WhichMachines:
    """Which machines a schedule is about."""

    ids = graphene.List(
        graphene.NonNull(graphene.ID), description="The machines. Either these or a filter."
    )
    filter = LimitField(
        filter_input(VIRTUAL_MACHINES),
        by_parts=True,
        description="What the machines are like, asked anew at each run. Every part that is named "
        "must have a value, a tag's value too; null and empty parts are refused.",
    )
    max = graphene.Int(description=MAX)


class ScheduleMutation(Mutation):
    """What the mutations of schedules have in common."""

    class Meta:
        abstract = True

    schedule = graphene.Field(Schedule, description="The schedule; null when nothing was done.")
    dry_run = graphene.Field(
        DryRun, description="What a run would meet now, when only that was asked."
    )


class CreateSchedule(ScheduleMutation):
    """Have machines changed at planned times, with the rights that you then have."""

    class Input(WhichMachines):
        name = graphene.String(required=True, description="Your name for it; one of each.")
        operation = _operation(required=True)
        cron = graphene.String(
            required=True,
            description="When: minute, hour, day of the month, month, day of the week. "
            "0 19 * * mon-fri is at 19:00 on weekdays.",
        )
        timezone = graphene.String(
            default_value="UTC", description="In which time zone: Europe/Berlin. Absent: UTC."
        )
        enabled = graphene.Boolean(
            default_value=True,
            description="Whether it runs at its times; absent: true.",
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
        selection = _selection(context, which)
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
            arguments=services.schedule_arguments(selection, _given(which), names),
            cron=cron,
            timezone=zone,
            enabled=enabled is not False,
        )
        return cls(schedule=schedule)


class UpdateSchedule(ScheduleMutation):
    """Change a schedule. What is not named stays; ids replace a filter, and a filter ids."""

    class Input(WhichMachines):
        id = graphene.ID(required=True, description="The schedule.")
        name = graphene.String(description="Your name for it.")
        operation = _operation(required=False)
        cron = graphene.String(description="When, as cron has it.")
        timezone = graphene.String(description="In which time zone: Europe/Berlin.")
        enabled = graphene.Boolean(description="Whether it runs at its times.")
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
        selection, given = _changed_selection(context, schedule, which)
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


class RunSchedule(ActionMutation):
    """Run a schedule now, as its owner, besides its planned times."""

    takes_api_token = False  # as all that manages schedules

    class Input:
        id = graphene.ID(required=True, description="The schedule.")
        idempotency_key = idempotency_key_argument()
        dry_run = dry_run_argument()

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        id: str,  # noqa: A002 - the contract's name
        idempotency_key: str | None = None,
        dry_run: bool = False,
    ) -> Any:
        schedule = schedule_named(context, id)
        if dry_run:
            return cls(
                dry_run=services.dry_run_schedule(
                    operation=schedule.operation,
                    selection=services.selection_of(schedule),
                    owner=schedule.owner,
                    names=services.stored_names(schedule.arguments),
                )
            )
        if (credential := credential_of(context.user)) is not None:
            # The run is the owner's, and depends on the token with which it was asked for.
            attach_credential(schedule.owner, credential)
        return cls(job=jobs.schedule_run(schedule=schedule, idempotency_key=idempotency_key))


class MachineScheduleMutations(graphene.ObjectType):
    create_schedule = CreateSchedule.Field(description=getdoc(CreateSchedule))
    update_schedule = UpdateSchedule.Field(description=getdoc(UpdateSchedule))
    run_schedule = RunSchedule.Field(description=getdoc(RunSchedule))


def _selection(context: Context, which: Mapping[str, Any]) -> Selection:
    most = which.get("max")
    return selection_given(
        context, which.get("ids"), which.get("filter"), USUAL_MOST if most is None else most
    )


def _changed_selection(
    context: Context, schedule: jobs.Schedule, which: Mapping[str, Any]
) -> tuple[Selection, Mapping[str, Any]]:
    """The machines after the change, and how they are shown. ``max`` alone changes just that."""
    before, most = services.selection_of(schedule), which.get("max")
    if which.get("ids") is None and which.get("filter") is None:
        return before.with_most(most), schedule.arguments["given"]
    most = before.most if most is None else most
    return _selection(context, {**which, "max": most}), _given(which)


def _dry_run(cron: str, zone: str, **asked: Any) -> Any:
    """``asked``: what ``dry_run_schedule`` takes."""
    times = timetable(cron, zone)
    run = services.dry_run_schedule(**asked)
    coming = [f"{planned:%Y-%m-%d %H:%M}" for planned in times.coming(clock.now(), TIMES_SHOWN)]
    message = f"{times.in_words()}. Next, in UTC: {', '.join(coming)}."
    run.checks.insert(0, Check("schedule", True, message))
    return run


def _given(which: Mapping[str, Any]) -> dict[str, Any]:
    """The ids or the filter as they were written, in GraphQL's names."""
    if which.get("ids") is not None:
        return {"ids": list(which["ids"])}
    return {"filter": _as_written(which["filter"])}


def _as_written(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {to_camel_case(name): _as_written(item) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_as_written(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return getattr(value, "value", value)
