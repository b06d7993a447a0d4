"""The objects that jobs created, by name: it stays when the object or its provider is gone."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import graphene

from gateway.core.graphql.extend import extend
from inventory.operations.actions import target_type_named, target_type_of
from inventory.operations.api import is_in_doubt, parse_target
from inventory.providers.capability import CREATING
from jobs import api as jobs
from jobs.schema import Job, makers_of

# The operations that create an object.
MAKES = frozenset(f"{target_type_of(one.resource).prefix}{one.verb}" for one in CREATING)


class Made(NamedTuple):
    id: str | None
    type: str
    name: str | None
    provider_name: str | None
    region: str | None
    external_id: str | None
    is_certain: bool


class CreatedObject(graphene.ObjectType):
    """An object that a job created, with its names at that time."""

    id = graphene.ID(description="The object's id. Null if it is not known whether it exists.")
    type = graphene.String(required=True, description="Its type: VirtualMachine or Container.")
    name = graphene.String(description="The name that was ordered.")
    provider_name = graphene.String(
        description="Its provider's name then; it stays when the provider is disconnected."
    )
    region = graphene.String(description="Where it was created.")
    external_id = graphene.String(description="The cloud's own id.")
    is_certain = graphene.Boolean(
        required=True,
        description="False if the job ended without knowing whether the object exists: the answer "
        "to its order was lost. The job's error says how to find it.",
    )


def created_objects(job: jobs.Job, user: Any) -> list[Made]:
    """The objects that the job created; for a parent, those of its children that ``user`` sees."""
    return [made for maker in makers_of(job, user=user)[job.pk] for made in _made_by(maker)]


def _made_by(job: jobs.Job) -> Iterator[Made]:
    if job.operation not in MAKES:
        return
    names = job.target_name or None, job.scope_name or None
    for public_id in job.created:
        parsed = parse_target(public_id)
        if parsed is not None:
            target_type, cloud_id = parsed
            place = cloud_id.region, cloud_id.external_id
            yield Made(public_id, target_type.type_name, *names, *place, is_certain=True)
    if is_in_doubt(job):
        kind = target_type_named(job.operation).type_name
        yield Made(None, kind, *names, job.memory.get("region"), None, is_certain=False)


extend(
    Job,
    created_objects=graphene.List(
        graphene.NonNull(CreatedObject),
        required=True,
        description="The objects that it created, by name. Unlike `created`, it names also those "
        "that are gone, and those that may exist although the answer to their order was lost.",
        resolver=lambda job, info: created_objects(job, info.context.user),
    ),
)
