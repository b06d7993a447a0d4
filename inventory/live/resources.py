"""The declared resources, as they are kept: records become rows."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet

from inventory import resources
from inventory.live.bounds import bounded, usable
from inventory.live.search_index import TermTable, term_tables
from inventory.providers import Capability, ProviderKind
from inventory.resources.base import Observation
from inventory.types import stored_fields

CATALOG_MAX_AGE = 60 * 60.0  # seconds; what can be bought changes by the week


@dataclass(frozen=True, slots=True)
class StoredResource:
    """How rows of a declared resource are kept. ``terms``: other texts that they are found by."""

    declared: resources.Resource
    terms: tuple[TermTable, ...]

    @property
    def name(self) -> str:
        """What clouds list it by, and what its sources have as their resource."""
        return self.declared.plural

    @property
    def capability(self) -> Capability:
        """What a kind of provider needs to have any."""
        return self.declared.capability

    @property
    def record(self) -> type[Any]:
        return self.declared.record

    @property
    def model(self) -> type[Model]:
        return self.declared.model

    @property
    def observation(self) -> Observation | None:
        """A row that a listing lacks is marked, not removed; None: it is removed."""
        return self.declared.observation

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
        """Seconds that rows are good for when a request does not say."""
        return settings.LIVE_MAX_AGE if self.outlives_listings else CATALOG_MAX_AGE

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
REPRESENTATION = "4"


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


def _kept() -> list[StoredResource]:
    """The catalogues come last: a provider gets its sources in this order."""
    declared = sorted(resources.all_resources(), key=lambda one: not one.outlives_listings)
    return [StoredResource(one, term_tables(one)) for one in declared]


RESOURCES: dict[str, StoredResource] = {one.name: one for one in _kept()}
# Whose rows outlive the listings that lack them; everything else is a catalogue.
OBSERVED = tuple(name for name, resource in RESOURCES.items() if resource.outlives_listings)


def main_resources_of(kind: ProviderKind) -> list[str]:
    """What a provider of this kind is connected for: what computes, if it has any."""
    observed = [RESOURCES[name] for name in resources_of(kind) if name in OBSERVED]
    computing = [one for one in observed if one.declared.computes]
    return [one.name for one in computing or observed]


def resources_of(kind: ProviderKind) -> list[str]:
    """What a provider of this kind has sources of."""
    return [
        resource.name for resource in RESOURCES.values() if resource.capability in kind.capabilities
    ]
