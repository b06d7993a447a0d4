"""Stored entries of catalogues, and what a page of rows that name some needs of them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from django.db.models import JSONField, Model, Q, QuerySet

from gateway.core.folded_field import holding
from inventory.models import Provider, Source
from inventory.models.statements import TableColumns, among
from inventory.resources import Resource, links_to, resource_of_type
from inventory.resources.base import Fact
from inventory.resources.image import Image, orderable

M = TypeVar("M", bound=Model)

Key = tuple[int, str, str]  # provider, region, external id


def catalog_list(
    *, model: type[M], sources: Iterable[Source], search: str | None = None
) -> QuerySet[M]:
    """Stored entries of ``sources`` by name; ``search``: an id, or contained in a name."""
    entries = model._default_manager.filter(  # noqa: SLF001 - Django's documented API
        source__in=[source.pk for source in sources]
    )
    if model is Image:
        entries = orderable(entries)
    if search:
        entries = entries.filter(holding("name_folded", search) | Q(external_id=search))
    return entries.select_related("provider").order_by("name", "pk")


def entry_names(
    type_name: str, providers: Iterable[Provider], external_ids: Sequence[str]
) -> dict[str, str]:
    """The names of entries by the clouds' own ids; if several have one id, the name of any."""
    if not external_ids:
        return {}
    entries = resource_of_type(type_name).model.objects.filter(
        provider__in=list(providers), external_id__in=external_ids
    )
    return dict(entries.order_by("pk").values_list("external_id", "name"))


class EntryOfRow:
    """An entry that is not stored, as far as the row that names it describes it.

    It reads the row only on access, so that a page need not load columns that are not selected. A
    class is made for each link, with a property for each column.
    """

    stale = True
    seen_at = None

    def __init__(self, row: Any) -> None:
        self._row = row

    @property
    def provider(self) -> Provider:
        provider: Provider = self._row.provider
        return provider

    @property
    def provider_id(self) -> int:
        provider_id: int = self._row.provider_id
        return provider_id

    @property
    def region(self) -> str:
        region: str = self._row.region
        return region


@cache
def _class_of(resource: Resource, name: str) -> type[EntryOfRow]:
    """The class for the link ``name``. An entry without a name of its own gets its id as name."""
    entry = resource.entries[name].entry
    columns = {} if entry is None else entry.columns
    known: dict[str, Any] = dict(_unknown(resource_of_type(resource.entries[name].type)))
    known |= {one: _column(column) for one, column in columns.items()}
    named, own = columns.get("name"), f"{name}_id"
    known["external_id"] = _column(own)
    known["name"] = property(
        lambda self: (named and getattr(self._row, named)) or getattr(self._row, own)
    )
    return type("EntryOfRow", (EntryOfRow,), known)


def _unknown(resource: Resource) -> Iterator[tuple[str, Any]]:
    """The columns of an entry that no row knows."""
    for name, column in resource.columns.items():
        if not hasattr(EntryOfRow, name):
            yield name, [] if isinstance(column, JSONField) else None


def _column(column: str) -> property:
    return property(attrgetter(f"_row.{column}"))


def _entries(of: Resource, providers: Collection[int], external_ids: Collection[str]) -> Any:
    """Those of the providers with these ids."""
    if of.outlives_listings:
        entries = of.model.objects.filter(provider__in=providers, external_id__in=external_ids)
        return entries.select_related("source")
    limits = among("c.provider_id", providers), among("c.external_id", external_ids)
    return _columns(of).find(*limits)


@cache
def _columns(of: Resource) -> TableColumns[Any]:
    return TableColumns(of.model, "c")


class CatalogLookup:
    """The catalogue entries that a page of rows names: one query a link, when first asked."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows
        self._entries: dict[str, dict[Key, Any]] = {}

    def entry_of(self, resource: Resource, row: Any, name: str) -> Any:
        """The entry as the catalogue or else the row describes it; None: the row names none."""
        own = getattr(row, f"{name}_id")
        if own is None:
            return None
        entries = self._entries.get(name)
        if entries is None:
            entries = self._of(resource, name)
        found = entries.get((row.provider_id, row.region, own))
        return found or _class_of(resource, name)(row)

    def _with_links(self, resource: Resource, name: str) -> None:
        """Add what is not stored, and let the entries know each other: rows that name one, and that
        it links to, are looked up for all of them at once.
        """
        entries = self._entries[name]
        for row in self._rows:
            own = getattr(row, f"{name}_id")
            if own is not None:
                place = (row.provider_id, row.region, own)
                entries.setdefault(place, _class_of(resource, name)(row))
        shared = {"peers": list(entries.values()), "links": {}}
        for entry in shared["peers"]:
            vars(entry).update(shared)

    def _of(self, resource: Resource, name: str) -> dict[Key, Any]:
        """The entries that the rows name; read when first asked for."""
        if name not in self._entries:
            self._entries[name] = self._read(resource.entries[name], f"{name}_id")
            if links_to(resource.entries[name].type):
                self._with_links(resource, name)
        return self._entries[name]

    def _read(self, fact: Fact, column: str) -> dict[Key, Any]:
        if fact.entry is None or not fact.entry.stored:
            return {}
        external_ids = {getattr(row, column) for row in self._rows} - {None}
        if not external_ids:
            return {}
        providers = {row.provider_id: row.provider for row in self._rows}
        entries = _entries(resource_of_type(fact.type), providers, external_ids)
        found = {(entry.provider_id, entry.region, entry.external_id): entry for entry in entries}
        for entry in found.values():
            entry.provider = providers[entry.provider_id]
        return found
