"""The declared resources, as they are kept: records become rows."""

import hashlib
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet

from inventory import resources
from inventory.live.bounds import bounded, usable
from inventory.live.search_index import TermTable, term_tables
from inventory.providers import Capability, ProviderKind
from inventory.resources.base import Observation
from inventory.types import stored_fields

CATALOG_MAX_AGE = 60 * 60.0  # seconds; offers change about once a week


@dataclass(frozen=True, slots=True)
class StoredResource:
    """How rows of a declared resource are kept. ``terms``: other texts that they are found by."""

    declared: resources.Resource
    terms: tuple[TermTable, ...]

    @property
    def name(self) -> str:
        """The name of its list at clouds, and of the resource of its sources."""
        return self.declared.plural

    @property
    def capability(self) -> Capability:
        """The capability that a kind of provider needs to have any."""
        return self.declared.capability

    @property
    def record(self) -> type[Any]:
        return self.declared.record

    @property
    def model(self) -> type[Model]:
        return self.declared.model

    @property
    def observation(self) -> Observation | None:
        """How rows are kept that are not in a listing; None: they are removed."""
        return self.declared.observation

    @property
    def outlives_listings(self) -> bool:
        return self.observation is not None

    @property
    def observed(self) -> Observation:
        """How its rows are kept. Raises TypeError for a catalogue."""
        if self.observation is None:
            raise TypeError(f"{self.name} is a catalogue.")
        return self.observation

    @property
    def gone(self) -> frozenset[str]:
        """The states of rows whose objects are known to be gone; of a catalogue, none."""
        return frozenset() if self.observation is None else self.observation.gone

    def lists_everywhere(self, kind: ProviderKind) -> bool:
        """True if one call lists all regions of an account."""
        return self.name in kind.table.beside.everywhere

    @property
    def rows(self) -> QuerySet[Any]:
        return self.model._default_manager.all()  # noqa: SLF001 - Django's documented API

    @property
    def default_max_age(self) -> float:
        """Seconds that rows are good for when a request does not say, below a provider."""
        is_catalogue = not self.outlives_listings or self.declared.searched_live
        return CATALOG_MAX_AGE if is_catalogue else settings.LIVE_MAX_AGE

    @property
    def columns(self) -> tuple[str, ...]:
        """The model's columns that a record fills, the key left out."""
        return stored_fields(self.record)

    def usable(self, record: Any) -> bool:
        """True if the record can be a row: its id is known and fits."""
        return usable(self.model, record.external_id)

    def bounded(self, record: Any) -> Any:
        """The record as its columns can hold it."""
        return bounded(self.model, record)

    def values(self, record: Any) -> dict[str, Any]:
        """A bounded record as column values; tuples become lists, as JSON columns return them."""
        return {name: _column_value(getattr(record, name)) for name in self.columns}


# Raised when a field of the record of an unchanged machine has another value than in the last
# release; other fields make another representation by themselves. Each row is then written once
# more, and no Change is noted of it but that of its state.
REPRESENTATION = "7"


def fingerprint(record: Any) -> str:
    """Equal for equal records, in every process. At most 32 characters."""
    text = f"{record!r}{record.problem or ''}"  # a record's repr leaves the problem out
    digest = hashlib.blake2b(text.encode(errors="backslashreplace"), digest_size=12).hexdigest()
    of: Any = type(record)
    return f"{_representation(of)}:{digest}"


@cache
def _representation(record: Any) -> str:
    """Equal in every release whose record has the same fields and whose REPRESENTATION is equal."""
    names = ",".join(one.name for one in fields(record))
    return f"{REPRESENTATION}-{hashlib.blake2b(names.encode(), digest_size=2).hexdigest()}"


def is_of_earlier_release(before: str, after: str) -> bool:
    """True if the release that wrote the fingerprint ``before`` represents records otherwise than
    that of ``after``. Empty: it is known of none.
    """
    return bool(before and after) and before.partition(":")[0] != after.partition(":")[0]


def _column_value(value: Any) -> Any:
    return [_column_value(item) for item in value] if isinstance(value, tuple) else value


def _kept() -> list[StoredResource]:
    """The offers of clouds come last: a provider gets its sources in this order."""
    declared = sorted(
        resources.all_resources(), key=lambda one: not one.outlives_listings or one.searched_live
    )
    return [StoredResource(one, term_tables(one)) for one in declared]


RESOURCES: dict[str, StoredResource] = {one.name: one for one in _kept()}
# The resources whose rows are kept when a listing omits them; the others are catalogues.
OBSERVED = tuple(name for name, resource in RESOURCES.items() if resource.outlives_listings)


def main_resources_of(kind: ProviderKind) -> list[str]:
    """The resources that a provider of this kind is connected for: those that compute, if any."""
    observed = [RESOURCES[name] for name in resources_of(kind) if name in OBSERVED]
    computing = [one for one in observed if one.declared.computes]
    return [one.name for one in computing or observed]


def resources_of(kind: ProviderKind) -> list[str]:
    """The resources that a provider of this kind has sources for."""
    return [
        resource.name for resource in RESOURCES.values() if resource.capability in kind.capabilities
    ]
