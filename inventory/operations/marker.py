"""The mark that a job leaves on what it creates, so that a later attempt finds it.

A create whose answer was lost may have made a machine all the same. Not every cloud honours a
client token, so each new machine carries its job's id as a tag, and each new container as a label,
from its first moment on. It stays there: it also tells people which job it came from.
"""

from inventory.providers import Cloud
from inventory.types import ContainerRecord, MachineRecord

MARKER_TAG = "gateway-job"


def marked(tags: tuple[tuple[str, str], ...], job_id: str) -> tuple[tuple[str, str], ...]:
    return (*tags, (MARKER_TAG, job_id))


def find_marked(cloud: Cloud, job_id: str) -> MachineRecord | None:
    """The machine that this job has created, in whatever state it is. Raises ProviderError."""
    found = (record for record in cloud.list_machines() if (MARKER_TAG, job_id) in record.tags)
    return min(found, key=lambda record: record.external_id, default=None)


def find_marked_container(cloud: Cloud, job_id: str) -> ContainerRecord | None:
    """The container that this job has made, in whatever state it is. Raises ProviderError."""
    mark = (MARKER_TAG, job_id)
    found = (record for record in cloud.list_containers() if mark in record.labels)
    return min(found, key=lambda record: record.external_id, default=None)
