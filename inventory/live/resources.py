"""The resources that a region can list: of each its records, its model, and how rows are kept."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet

from inventory.live.bounds import bounded, usable
from inventory.live.search_index import (
    CONTAINER_TERMS,
    MACHINE_TERMS,
    TermTable,
    searchable_container,
    searchable_machine,
)
from inventory.models import Container, Image, Location, Size, VirtualMachine
from inventory.models.source import SourceResource
from inventory.providers import Capability, ProviderKind
from inventory.types import (
    MISSING,
    ContainerRecord,
    ContainerState,
    ImageRecord,
    LocationRecord,
    MachineRecord,
    MachineState,
    SizeRecord,
    stored_fields,
)

CATALOG_MAX_AGE = 60 * 60.0  # seconds; what can be bought changes by the week
# Not raw_state, which says what state says, nor names, which repeat ids.
MACHINE_HISTORY = (
    "name",
    "state",
    "size_id",
    "memory",
    "vcpus",
    "disk",
    "image_id",
    "location_id",
    "public_ips",
    "private_ips",
    "tags",
    "created_at",
)


@dataclass(frozen=True, slots=True)
class Observation:
    """How rows are kept that outlive the listings which lack them: their model is Observed.

    ``removed``: the state of an object that was removed through the gateway. ``unlisted_at_once``:
    whether no listing shows it any more then; some clouds list a removed object for a while.
    ``searchable``: the text that free text looks into. ``terms``: other texts that rows are found
    by. ``history``: the columns whose differences become Changes, with ``state``; empty: none.
    ``forgotten``: whether the rows of objects that are gone are deleted after a while.
    """

    removed: str
    searchable: Callable[[Any], str]
    unlisted_at_once: bool = False
    terms: tuple[TermTable, ...] = ()
    history: tuple[str, ...] = ()
    forgotten: bool = False

    @property
    def gone(self) -> frozenset[str]:
        """The states of objects that are known to be gone, and that no listing need lack again."""
        return frozenset({MISSING, self.removed} if self.unlisted_at_once else {MISSING})


@dataclass(frozen=True, slots=True)
class StoredResource:
    """How one kind of row is kept. Clouds list it by its name.

    ``capability``: what a kind of provider needs to have any. ``observation``: a row that a listing
    lacks is marked, not removed; None: it is removed.
    ``max_age``: seconds that rows are good for when a request does not say; None: LIVE_MAX_AGE.
    """

    name: SourceResource
    capability: Capability
    record: type
    model: type[Model]
    observation: Observation | None = None
    max_age: float | None = CATALOG_MAX_AGE

    @property
    def outlives_listings(self) -> bool:
        return self.observation is not None

    @property
    def observed(self) -> Observation:
        """How its rows are kept, of a resource that is no catalogue."""
        if self.observation is None:
            raise TypeError(f"{self.name} is a catalogue.")
        return self.observation

    @property
    def gone(self) -> frozenset[str]:
        """The states of rows whose objects are known to be gone; of a catalogue, none."""
        return frozenset() if self.observation is None else self.observation.gone

    def lists_everywhere(self, kind: ProviderKind) -> bool:
        """Whether one call lists all regions of an account."""
        return self.name in kind.table.beside.everywhere

    @property
    def rows(self) -> QuerySet[Any]:
        return self.model._default_manager.all()  # noqa: SLF001 - Django's documented API

    @property
    def default_max_age(self) -> float:
        return settings.LIVE_MAX_AGE if self.max_age is None else self.max_age

    @property
    def columns(self) -> tuple[str, ...]:
        """The model's columns that a record fills, the key left out."""
        return stored_fields(self.record)

    def usable(self, record: Any) -> bool:
        """Whether the record can be a row: its id is known and fits."""
        return usable(self.model, record.external_id)

    def bounded(self, record: Any) -> Any:
        """The record as its columns can hold it."""
        return bounded(self.model, record)

    def values(self, record: Any) -> dict[str, Any]:
        """A bounded record as column values; tuples become lists, as JSON columns return them."""
        return {name: _column_value(getattr(record, name)) for name in self.columns}


# Raised when the record of an unchanged machine differs from the one of the last release. Each row
# is then written once more, and no Change is noted of it but that of its state.
REPRESENTATION = "3"


def fingerprint(record: Any) -> str:
    """Equal for equal records, in every process."""
    text = f"{record!r}{record.problem or ''}"  # a record's repr leaves the problem out
    digest = hashlib.blake2b(text.encode(errors="backslashreplace"), digest_size=14).hexdigest()
    return f"{REPRESENTATION}:{digest}"


def is_of_earlier_release(stored_fingerprint: str) -> bool:
    """Whether the row was written by a release that represents records otherwise."""
    return bool(stored_fingerprint) and not stored_fingerprint.startswith(f"{REPRESENTATION}:")


def _column_value(value: Any) -> Any:
    return [_column_value(item) for item in value] if isinstance(value, tuple) else value


RESOURCES: dict[str, StoredResource] = {
    resource.name: resource
    for resource in (
        StoredResource(
            SourceResource.VIRTUAL_MACHINES,
            Capability.LIST_MACHINES,
            MachineRecord,
            VirtualMachine,
            Observation(
                removed=MachineState.TERMINATED,
                searchable=searchable_machine,
                terms=MACHINE_TERMS,
                history=MACHINE_HISTORY,
            ),
            max_age=None,
        ),
        StoredResource(
            SourceResource.CONTAINERS,
            Capability.LIST_CONTAINERS,
            ContainerRecord,
            Container,
            Observation(
                removed=ContainerState.REMOVED,
                searchable=searchable_container,
                unlisted_at_once=True,
                terms=CONTAINER_TERMS,
                forgotten=True,  # an engine makes and removes containers all day
            ),
            max_age=None,
        ),
        StoredResource(
            SourceResource.SIZES,
            Capability.LIST_SIZES,
            SizeRecord,
            Size,
        ),
        StoredResource(
            SourceResource.IMAGES,
            Capability.LIST_IMAGES,
            ImageRecord,
            Image,
        ),
        StoredResource(
            SourceResource.LOCATIONS,
            Capability.LIST_LOCATIONS,
            LocationRecord,
            Location,
        ),
    )
}
# What a provider is connected for; everything else is a catalogue for it.
OBSERVED = tuple(name for name, resource in RESOURCES.items() if resource.outlives_listings)


def resources_of(kind: ProviderKind) -> list[SourceResource]:
    """What a provider of this kind has sources of."""
    return [
        resource.name for resource in RESOURCES.values() if resource.capability in kind.capabilities
    ]
