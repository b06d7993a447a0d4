"""Buckets of object storage."""

from dataclasses import dataclass

from inventory.records.base import ObservedRecord, listed
from inventory.types import MeaningfulEnum


class BucketState(MeaningfulEnum):
    """The state of a bucket: stores report only that it exists."""

    AVAILABLE = "AVAILABLE", "It exists."
    DELETED = "DELETED", "It was deleted through this gateway."
    MISSING = "MISSING", "Its store no longer lists it, and it was not deleted through the gateway."
    UNKNOWN = "UNKNOWN", "It could not be read."


class Versioning(MeaningfulEnum):
    """Shows if a bucket keeps earlier versions of its objects."""

    ENABLED = "ENABLED", "Earlier versions are kept."
    SUSPENDED = "SUSPENDED", "Versions that exist are kept, and no new ones are made."
    OFF = "OFF", "An object that is written again replaces the earlier one."


@listed("buckets")
@dataclass(frozen=True, slots=True)
class BucketRecord(ObservedRecord):
    """Its name is its id.

    ``versioning``, ``public``, ``encryption``, ``tags``: None, or empty, where they were not read:
    each takes requests of its own. ``encryption``: the algorithm, or NONE.
    """

    state: BucketState = BucketState.AVAILABLE
    raw_state: str = "available"
    versioning: str | None = None
    public: bool | None = None
    encryption: str | None = None
    tags: tuple[tuple[str, str], ...] = ()  # by key


@dataclass(frozen=True, slots=True)
class NewBucket:
    """An order for one bucket. ``public``: everybody may read its objects.

    ``tags`` hold the mark by which a later attempt finds it.
    """

    name: str
    public: bool = False
    versioning: bool = False
    tags: tuple[tuple[str, str], ...] = ()
