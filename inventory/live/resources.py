"""What can be listed of a region: a resource is a record type, a model and a way to fetch."""

import dataclasses
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Model

from inventory.models import Image, Location, Size, VirtualMachine
from inventory.models.source import SourceResource
from inventory.providers import Cloud
from inventory.types import ImageRecord, LocationRecord, MachineRecord, SizeRecord

CATALOG_MAX_AGE = 60 * 60.0  # seconds; what can be bought changes by the week


@dataclass(frozen=True, slots=True)
class Resource:
    """How one kind of row is fetched and kept.

    ``outlives_listings``: a row that a listing lacks is marked, not removed.
    ``max_age``: seconds that rows are good for when a request does not say; None: LIVE_MAX_AGE.
    """

    name: SourceResource
    record: type
    model: type[Model]
    fetch: Callable[[Cloud], Sequence[Any]]
    outlives_listings: bool = False
    max_age: float | None = CATALOG_MAX_AGE

    @property
    def default_max_age(self) -> float:
        return settings.LIVE_MAX_AGE if self.max_age is None else self.max_age

    @property
    def columns(self) -> tuple[str, ...]:
        """The model's columns that a record fills, the key left out."""
        fields = dataclasses.fields(self.record)
        return tuple(field.name for field in fields if field.name != "external_id")

    def values(self, record: Any) -> dict[str, Any]:
        """A record as column values; tuples become lists, as JSON columns return them."""
        return {name: _column_value(getattr(record, name)) for name in self.columns}


def fingerprint(record: Any) -> str:
    """Equal for equal records, in every process."""
    return hashlib.blake2b(repr(record).encode(), digest_size=16).hexdigest()


def _column_value(value: Any) -> Any:
    return [_column_value(item) for item in value] if isinstance(value, tuple) else value


RESOURCES: dict[str, Resource] = {
    resource.name: resource
    for resource in (
        Resource(
            SourceResource.VIRTUAL_MACHINES,
            MachineRecord,
            VirtualMachine,
            lambda cloud: cloud.list_machines(),
            outlives_listings=True,
            max_age=None,
        ),
        Resource(SourceResource.SIZES, SizeRecord, Size, lambda cloud: cloud.list_sizes()),
        Resource(SourceResource.IMAGES, ImageRecord, Image, lambda cloud: cloud.list_images()),
        Resource(
            SourceResource.LOCATIONS,
            LocationRecord,
            Location,
            lambda cloud: cloud.list_locations(),
        ),
    )
}
