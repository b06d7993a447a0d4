"""Stored machines: filtered, in an order, with what they are shown with."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db.models import DateTimeField, DecimalField, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from gateway.core.folded_field import holding
from gateway.core.folding import folded
from inventory.access import visible_machines
from inventory.live.search_index import address_term
from inventory.models import MachineAddress, MachineTag, Observed, Source, VirtualMachine
from inventory.providers.addresses import canonical_address
from inventory.selectors.ids import CloudId, rows_by_cloud_id, rows_with_cloud_id
from inventory.selectors.machine_catalog import of_catalog
from inventory.selectors.pairs import having_pairs

Row = TypeVar("Row", bound=Observed)
# Rows whose cloud does not say when they were created come before all others.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
PRICE = DecimalField(max_digits=14, decimal_places=6)
# Orders that are no column, because what their column holds may be null.
ORDERS = {
    "created_order": Coalesce(
        F("created_at"), Value(LONG_AGO, DateTimeField()), output_field=DateTimeField()
    ),
    "memory_order": Coalesce(F("memory"), Value(0), output_field=IntegerField()),
    "vcpus_order": Coalesce(F("vcpus"), Value(0), output_field=IntegerField()),
    "price_order": Coalesce(F("price_per_hour"), Value(Decimal(-1)), output_field=PRICE),
}


@dataclass(frozen=True, slots=True)
class MachineFilter:
    """What limits machines; None: no limit. All limits hold together.

    ``name``: contained in the machine's name, in any case. ``tags``: (key, value) pairs, each of
    which the machine has; with None for the value, it has the key. ``addresses``: it has one of
    them. ``sizes`` and ``images``: it has one of them; by the cloud's own id anywhere, by a CloudId
    in that provider's region. ``search``: each of its words is found in a name, an id, an address
    or a tag. Of two times, the machine's own is at or after the first and before the second.
    """

    states: Collection[str] | None = None
    name: str | None = None
    tags: Sequence[tuple[str, str | None]] | None = None
    addresses: Collection[str] | None = None
    sizes: Collection[CloudId | str] | None = None
    images: Collection[CloudId | str] | None = None
    search: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    seen_after: datetime | None = None
    seen_before: datetime | None = None


def machine_list(
    *, sources: Iterable[Source], limits: MachineFilter = MachineFilter()
) -> QuerySet[VirtualMachine]:
    """The stored machines of ``sources`` that are within ``limits``."""
    asked = list(sources)
    machines = VirtualMachine.objects.filter(source__in=[source.pk for source in asked])
    return machines.filter(*_conditions(limits, asked), *_seen(limits, asked))


def _conditions(limits: MachineFilter, sources: Collection[Source]) -> Iterator[Q]:
    if limits.states is not None:
        yield Q(state__in=list(limits.states))
    for column, wanted in (("size_id", limits.sizes), ("image_id", limits.images)):
        if wanted is not None:
            yield of_catalog(column, wanted, sources)
    if limits.name:
        yield holding("name_folded", limits.name)
    yield from containing_words(limits.search)
    yield from _terms(limits)
    if limits.created_after is not None:
        yield Q(created_at__gte=limits.created_after)
    if limits.created_before is not None:
        yield Q(created_at__lt=limits.created_before)


def containing_words(search: str | None) -> Iterator[Q]:
    """Each word is in the search text; an address in any spelling."""
    for word in (search or "").split():
        spellings = dict.fromkeys((folded(word), folded(canonical_address(word))))
        yield reduce(or_, [holding("search_text", one) for one in spellings])


def _terms(limits: MachineFilter) -> Iterator[Q]:
    yield from having_pairs(limits.tags, terms=MachineTag, row="machine", column="tags")
    if limits.addresses is not None:
        terms = [address_term(address) for address in limits.addresses]
        yield Q(pk__in=MachineAddress.objects.filter(address__in=terms).values("machine"))


def _seen(limits: MachineFilter, sources: Iterable[Source]) -> Iterator[Q]:
    """By ``VirtualMachine.seen_at``: a listing sees a machine that it finds unchanged."""
    if limits.seen_after is not None:
        yield _seen_since(limits.seen_after, sources)
    if limits.seen_before is not None:
        yield ~_seen_since(limits.seen_before, sources)


def _seen_since(moment: datetime, sources: Iterable[Source]) -> Q:
    listing = [source.pk for source in sources if source.fetched_at and source.fetched_at >= moment]
    return Q(observed_at__gte=moment) | Q(listed=True, source__in=listing)


def with_order(rows: QuerySet[Row], order: str) -> QuerySet[Row]:
    """``rows`` with what it takes to sort them by ``order``, a column or a key of ORDERS."""
    return rows.annotate(**{order: ORDERS[order]}) if order in ORDERS else rows


def machine_get(*, user: Any, local_id: str) -> VirtualMachine | None:
    """The stored machine with this local id, if ``user`` may see it."""
    machines = rows_with_cloud_id(visible_machines(user), local_id)
    found: VirtualMachine | None = machines.select_related("source__provider", "provider").first()
    return found


def machines_get(*, user: Any, local_ids: Collection[str]) -> dict[str, VirtualMachine]:
    """As ``machine_get`` for many, by their local ids and in one query."""
    machines = visible_machines(user).select_related("source__provider", "provider")
    return rows_by_cloud_id(machines, local_ids)


def attach_sources(rows: Iterable[Observed], sources: Iterable[Source]) -> None:
    """Give each machine or container its source as this request knows it: no row needs a query.

    The source may be newer than what is stored: a wait that timed out marks its rows stale for
    this answer alone.
    """
    known = {source.pk: {"source": source, "provider": source.provider} for source in sources}
    for row in rows:
        # What Django remembers of a row's relations, one for all rows of a source: setting the
        # foreign keys takes ten times as long, and is a tenth of a long list.
        row._state.fields_cache = known[row.source_id]  # noqa: SLF001 - as prefetching does
