"""Prices of volumes, snapshots and buckets, of a GiB for a month, and the costs of their sizes."""

from collections.abc import Sequence
from decimal import Decimal

from inventory.prices.book import ANY_TYPE
from inventory.prices.sources import Entry, Sources, Values
from inventory.records.price import Price, PricedItem, PriceSource, PriceUnit

ITEMS = {
    "volumes": PricedItem.VOLUME,
    "snapshots": PricedItem.SNAPSHOT,
    "buckets": PricedItem.BUCKET,
}


class StoragePrices:
    """``rows``: columns by their names, of all objects of the resource that will be priced."""

    def __init__(self, sources: Sources, resource: str, rows: Sequence[Values]) -> None:
        self._of = sources
        self._resource = resource
        sources.load(self._entry(row) for row in rows)

    def quote(self, row: Values) -> Price | None:
        """The price of a GiB a month."""
        own, unit = self._own(row), PriceUnit.GIB_MONTH
        if own is not None:
            return self._of.own(own, unit)
        listed = self._of.listed(self._entry(row))
        if listed is not None:
            return self._of.of_list(listed.amount, unit, PriceSource.CLOUD, listed.as_of)
        known = self._of_kind(row)
        return None if known is None else self._of.of_list(known, unit, PriceSource.CLOUD, None)

    def cost(self, price: Price | None, row: Values) -> int | None:
        """The cost of a month in micro-dollars; None if the GiB that are paid for are not known.

        A cloud's snapshots are paid for by their stored data, which is less than the volume's size.
        A price book, and a cloud that prices that size, say so of themselves.
        """
        size = row.get("size")
        if price is None or size is None:
            return None
        by_size = self._resource == "volumes" or (
            price.source is PriceSource.PRICE_BOOK or self._of.prices.snapshots is not None
        )
        return int(size * price.usd) if by_size else None

    def _entry(self, row: Values) -> Entry:
        name = ""
        if self._resource == "volumes":
            name = self._of.prices.volume_name(row["type"] or "", row["location_id"])
        return ITEMS[self._resource], self._place(row), name

    def _place(self, row: Values) -> str:
        """The region whose prices hold: of a snapshot, the one that keeps it."""
        return row.get("storage_location") or self._of.region_of(row)

    def _own(self, row: Values) -> Decimal | None:
        if self._resource != "volumes":
            return self._of.book.single.get(self._resource.removesuffix("s"))
        volumes = self._of.book.volumes
        return volumes.get(row["type"] or "", volumes.get(ANY_TYPE))

    def _of_kind(self, row: Values) -> Decimal | None:
        if self._resource == "volumes":
            return self._of.prices.volumes(self._of.region_of(row), row["type"] or "")
        return self._of.prices.snapshots if self._resource == "snapshots" else None
