"""Objects of a bucket, asked of the store for one answer. They are never stored."""

from typing import Any

from inventory.live.asking import asked
from inventory.live.connection import connected
from inventory.models import Source
from inventory.providers.capability import LIST
from inventory.records.stored_object import ObjectPage, ObjectQuery, ObjectRecord

RESOURCE = "objects"


def object_id(bucket: str, key: str) -> str:
    """By which a cloud is asked for one object: no bucket's name has a slash."""
    return f"{bucket}/{key}"


def list_objects(source: Source, bucket: str, query: ObjectQuery) -> ObjectPage:
    """A page, within the provider's deadline. ``source``: the bucket's. Raises ProviderError."""
    with asked(source, source.provider.deadline_seconds) as cloud:
        page: ObjectPage = cloud.call(RESOURCE, LIST, bucket, query)
        return page


def find_object(source: Source, bucket: str, key: str) -> ObjectRecord | None:
    """One object with its metadata; None: there is none. Raises ProviderError."""
    with asked(source, source.provider.deadline_seconds) as cloud:
        found: ObjectRecord | None = cloud.find(RESOURCE, object_id(bucket, key))
        return found


def ask_object(
    source: Source, verb: str, bucket: str, key: str, *details: Any, **named: Any
) -> Any:
    """Calls the kind's function for ``verb`` on the object, and returns its result.

    Raises ProviderError.
    """
    with connected(source, source.provider.deadline_seconds) as cloud:
        return cloud.call(RESOURCE, verb, object_id(bucket, key), *details, **named)
