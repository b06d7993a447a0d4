"""The fields of a job that the inventory adds: its provider, now and as it was called then."""

from typing import Any

import graphene

from gateway.core.graphql.extend import extend
from gateway.core.graphql.pure import pure
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
    provider_name=graphene.String(
        description="The provider's name when the job was submitted; it stays when the provider is "
        "disconnected. Null if the job is about none, or about several.",
        resolver=pure(lambda job: job.scope_name or None),
    ),
    provider_kind=graphene.String(
        description="The provider's kind; it stays as providerName does.",
        resolver=pure(lambda job: job.scope_kind or None),
    ),
)
