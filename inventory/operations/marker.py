"""The mark that a job puts on the objects that it creates, so that a later attempt finds them.

A create whose answer was lost may have made a machine all the same. Not every cloud honours a
client token, so each new object has its job's id as a tag, or as a label, from its first moment on.
The tag stays: it also shows people which job the object came from.
"""

from collections.abc import Sequence
from typing import Any

from inventory.operations.actions import TargetType
from inventory.providers import Cloud, ProviderError, ProviderErrorCode
from inventory.providers.order_marker import MARKER_TAG
from inventory.records.volume import problem_of_several

Pairs = tuple[tuple[str, str], ...]


def marked(tags: tuple[tuple[str, str], ...], job_id: str) -> tuple[tuple[str, str], ...]:
    return (*tags, (MARKER_TAG, job_id))


def find_marked(cloud: Cloud, target_type: TargetType, job_id: str) -> list[Any]:
    """The objects that this job has created, in whatever state they are, by their ids.

    Raises ProviderError.
    """
    records = cloud.read(target_type.resource)
    tagged = [(record, getattr(record, target_type.tags)) for record in records]
    return _found(tagged, (MARKER_TAG, job_id))


def _is_unread(record: Any) -> bool:
    """True if a part of the record could not be read: it may be the tags."""
    several = problem_of_several(getattr(record, "machine_ids", ()))
    return bool(record.problem) and record.problem != several


def _found(records: Sequence[tuple[Any, Pairs]], mark: tuple[str, str]) -> list[Any]:
    """Raises ProviderError if it may be a record whose id or tags could not be read.

    An empty list could have the job create it a second time.
    """
    marked = [record for record, tags in records if mark in tags and record.external_id]
    if marked:
        return sorted(marked, key=lambda record: record.external_id)
    for record, tags in records:
        if not record.external_id or (_is_unread(record) and not tags):
            message = f"The object of this job cannot be found: {record.problem}"
            raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
    return []
