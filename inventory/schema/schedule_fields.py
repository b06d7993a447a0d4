"""The fields of a schedule that the inventory adds: which machines it is about."""

import graphene

from gateway.core.graphql.extend import extend
from gateway.core.graphql.pure import pure
from gateway.core.graphql.scalars import JSON
from inventory.services import schedules as services
from jobs.schema import Schedule


class ScheduledMachine(graphene.ObjectType):
    """A machine that a schedule names, with its names when the schedule was created or last
    changed.
    """

    id = graphene.ID(required=True, description="The machine's id.")
    name = graphene.String(
        description="The machine's name then; it stays when the machine is gone. Null if it was "
        "not known, or if you may not see its provider now."
    )
    provider_name = graphene.String(
        description="Its provider's name then; it stays when the provider is disconnected. Null "
        "in the same cases as the machine's name."
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
        description="The filter of its machines, a VirtualMachineFilter. It is evaluated at each "
        "run. Null where it names machines.",
        resolver=pure(lambda schedule: schedule.arguments["given"].get("filter")),
    ),
    max=graphene.Int(
        required=True,
        description="A run that would change more machines than this is refused.",
        resolver=pure(lambda schedule: schedule.arguments["selection"]["most"]),
    ),
)
