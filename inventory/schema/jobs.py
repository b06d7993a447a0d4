"""What a job gains from the inventory: the provider it is about."""

from typing import Any

import graphene

from gateway.core.graphql.extend import extend
from inventory.schema.providers import Provider
from jobs.schema import Job, Objects


def resolve_provider(job: Any, info: Any) -> Any:
    return info.context.of(Objects).of(job, "scope", info.context.user)


extend(
    Job,
    provider=graphene.Field(
        Provider,
        description="The provider that the job is about; null when it was disconnected.",
        resolver=resolve_provider,
    ),
)
