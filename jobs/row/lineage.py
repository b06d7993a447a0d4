"""The lineage of a job: the job that it retries, that job's own, and all their retries.

All jobs of a lineage stand for one request.
"""

from collections.abc import Collection
from uuid import UUID

from jobs.models import Job


def ancestors_of(keys: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """For each job, the job that it retries, the one that that job retries, and so on.

    One query for each generation.
    """
    found: dict[UUID, list[UUID]] = {key: [] for key in keys}
    while True:
        latest = {key: chain[-1] if chain else key for key, chain in found.items()}
        rows = Job.objects.filter(pk__in=set(latest.values()), retried_from__isnull=False)
        links = dict(rows.values_list("pk", "retried_from_id"))
        if not links:
            return found
        for key, last in latest.items():
            if last in links:
                found[key].append(links[last])


def retries_of(keys: Collection[UUID]) -> dict[UUID, list[Job]]:
    """For each job, its retries and the retries of these; of each generation the oldest first.

    One query for each generation.
    """
    found: dict[UUID, list[Job]] = {key: [] for key in keys}
    origins = {key: key for key in keys}
    generation = set(keys)
    while generation:
        rows = list(Job.objects.filter(retried_from__in=generation).order_by("created_at", "pk"))
        for row in rows:
            assert row.retried_from_id is not None  # noqa: S101 - it was selected by it
            origins[row.pk] = origins[row.retried_from_id]
            found[origins[row.pk]].append(row)
        generation = {row.pk for row in rows}
    return found
