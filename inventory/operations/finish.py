"""When a job ends, what is stored of its cloud is out of date, in the same transaction."""

from django.db.models import QuerySet

from gateway.core.ids import split_id
from inventory.live.store import mark_dirty
from inventory.models import Source
from inventory.operations.subjects import CONTAINER, MACHINE, subject_named
from inventory.operations.target import parse_target
from jobs.models import Job
from jobs.registry import on_finished


@on_finished(CONTAINER.prefix)
@on_finished(MACHINE.prefix)
def mark_sources_dirty(job: Job) -> None:
    mark_dirty(_sources_of(job))


def _sources_of(job: Job) -> QuerySet[Source]:
    """The target's own source; for a job without a target, all of the provider's."""
    sources = Source.objects.filter(resource=subject_named(job.operation).resource)
    if parsed := parse_target(job.target):
        _subject, cloud_id = parsed
        return sources.filter(provider__public_id=cloud_id.provider, region=cloud_id.region)
    parts = split_id(job.scope) if job.scope else None
    return sources.filter(provider__public_id=parts[1]) if parts else sources.none()
