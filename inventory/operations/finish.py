"""When a job ends, what is stored of its cloud is out of date, in the same transaction."""

from django.db.models import QuerySet

from gateway.core.ids import split_id
from inventory.live.store import mark_dirty
from inventory.models import Source
from inventory.models.source import SourceResource
from inventory.operations.target import machine_cloud_id
from jobs.models import Job
from jobs.registry import on_finished


@on_finished("virtual_machine.")
def mark_sources_dirty(job: Job) -> None:
    mark_dirty(_sources_of(job))


def _sources_of(job: Job) -> QuerySet[Source]:
    """The machine's own source; for a job without a target, all of the provider's."""
    sources = Source.objects.filter(resource=SourceResource.VIRTUAL_MACHINES)
    if cloud_id := machine_cloud_id(job.target):
        return sources.filter(provider__public_id=cloud_id.provider, region=cloud_id.region)
    parts = split_id(job.scope) if job.scope else None
    return sources.filter(provider__public_id=parts[1]) if parts else sources.none()
