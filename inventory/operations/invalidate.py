"""When jobs end, the rows of their clouds are out of date, in the same transaction."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

from django.db.models import Q

from gateway.core.ids import split_id
from inventory.live.api import mark_dirty
from inventory.models import Source
from inventory.operations.actions import target_type_named
from inventory.operations.target_context import parse_target
from jobs.api import Job


def mark_sources_dirty(jobs: Sequence[Job]) -> None:
    concerned = {condition for job in jobs if (condition := _sources_of(job)) is not None}
    if concerned:
        mark_dirty(Source.objects.filter(reduce(or_, concerned)))


def _sources_of(job: Job) -> Q | None:
    """The target's own source; for a job without a target, all of the provider's."""
    resource = target_type_named(job.operation).resource
    if parsed := parse_target(job.target):
        _subject, cloud_id = parsed
        region = {"provider__public_id": cloud_id.provider, "region": cloud_id.region}
        return Q(resource=resource, **region)
    parts = split_id(job.scope) if job.scope else None
    return Q(resource=resource, provider__public_id=parts[1]) if parts else None
