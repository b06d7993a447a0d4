"""The sources of a provider's prices: its price book, its cloud's list, and libcloud's file."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from inventory.models import Provider
from inventory.prices.books import stored_book
from inventory.prices.catalogue import Key, Listed, listed_prices
from inventory.records.price import Price, PricedItem, PriceSource, PriceUnit, list_price, micros

Values = Mapping[str, Any]
# An entry of the cloud's list: the item, the region and the name.
Entry = tuple[PricedItem, str, str]


class Sources:
    """The price book's discount is taken off prices of lists."""

    def __init__(self, provider: Provider) -> None:
        self.kind = provider.kind
        self.prices = provider.kind.prices
        self.book = stored_book(provider)
        self._listed: dict[PricedItem, Mapping[Key, Listed]] = {}

    def load(self, wanted: Iterable[Entry]) -> None:
        """Read these entries of the list, those that hold in all regions, and all systems."""
        regions: dict[PricedItem, set[str]] = defaultdict(set)
        names: dict[PricedItem, set[str]] = defaultdict(set)
        for item, region, name in wanted:
            regions[item].add(region)
            names[item].add(name)
        for item, found in names.items():
            self._listed[item] = listed_prices(self.kind.slug, item, regions[item], found)

    def region_of(self, row: Values) -> str:
        return self.prices.region_of(row["region"], row.get("location_id"))

    def listed(self, entry: Entry, operating_system: str = "") -> Listed | None:
        """The entry in the cloud's list, as far as it was loaded."""
        item, region, name = entry
        listed = self._listed.get(item, {})
        keys = (Key(place, name, operating_system) for place in (region, ""))
        return next((listed[key] for key in keys if key in listed), None)

    def own(self, amount: Decimal, unit: PriceUnit) -> Price:
        """A price of the book, in its currency."""
        book = self.book
        usd, day = micros(amount * book.rate), book.as_of or book.rate_date
        return Price(micros(amount), book.currency, unit, PriceSource.PRICE_BOOK, day, usd)

    def of_list(
        self, amount: Decimal, unit: PriceUnit, source: PriceSource, as_of: date | None
    ) -> Price:
        """A price of a list, in US dollars."""
        return list_price(amount, unit, source, as_of, discount=self.book.discount)
