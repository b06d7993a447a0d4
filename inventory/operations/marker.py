"""The mark that a job leaves on what it creates, so that a later attempt finds it.

A create whose answer was lost may have made a machine all the same. Not every cloud honours a
client token, so each new machine carries its job's id as a tag, and each new container as a label,
from its first moment on. It stays there: it also tells people which job it came from.
"""

from collections.abc import Sequence
from typing import TypeVar

from inventory.providers import Cloud, ProviderError, ProviderErrorCode
from inventory.types import ContainerRecord, MachineRecord

R = TypeVar("R", MachineRecord, ContainerRecord)
Pairs = tuple[tuple[str, str], ...]
MARKER_TAG = "gateway-job"


def marked(tags: tuple[tuple[str, str], ...], job_id: str) -> tuple[tuple[str, str], ...]:
    return (*tags, (MARKER_TAG, job_id))


def find_marked(cloud: Cloud, job_id: str) -> list[MachineRecord]:
    """The machines that this job has created, in whatever state they are, by their ids.

    Raises ProviderError.
    """
    mark = (MARKER_TAG, job_id)
    return _found([(record, record.tags) for record in cloud.read("virtual_machines")], mark)


def find_marked_container(cloud: Cloud, job_id: str) -> list[ContainerRecord]:
    """The containers that this job has created, in whatever state they are, by their ids.

    Raises ProviderError.
    """
    mark = (MARKER_TAG, job_id)
    return _found([(record, record.labels) for record in cloud.read("containers")], mark)


def _found(records: Sequence[tuple[R, Pairs]], mark: tuple[str, str]) -> list[R]:
    """Raises ProviderError if it may be a record of which the id or the tags could not be read.

    An empty list could have the job create it a second time.
    """
    marked = [record for record, tags in records if mark in tags and record.external_id]
    if marked:
        return sorted(marked, key=lambda record: record.external_id)
    for record, tags in records:
        if not record.external_id or (record.problem and not tags):
            message = f"What this job has created cannot be found: {record.problem}"
            raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
    return []
