"""The types of Linode: techdocs.akamai.com/linode-api/reference/get-linode-types.

No account is needed. ``region_prices`` has the regions whose price differs.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from inventory.providers.price_lists.pages import (
    MOST_PAGES,
    PriceListError,
    dollars,
    entries,
    read_page,
)
from inventory.providers.prices import LINUX
from inventory.records.price import PricedItem, PriceRecord, PriceUnit

ADDRESS = "https://api.linode.com/v4/linode/types"
PAGE = "500"


def linode_prices(_regions: Sequence[str], address: str = ADDRESS) -> list[PriceRecord]:
    """The prices of all regions."""
    return [record for one in _types(address) for record in _records(one)]


def _types(address: str) -> Iterator[dict[str, Any]]:
    for number in range(1, MOST_PAGES + 1):
        page = read_page(address, {"page": str(number), "page_size": PAGE})
        yield from entries(page, "data")
        pages = page.get("pages")
        if not isinstance(pages, int):
            raise PriceListError("A page of Linode's types does not say how many there are.")
        if number >= pages:
            return
    raise PriceListError(f"Linode's types have more than {MOST_PAGES:,} pages.")


def _records(one: Mapping[str, Any]) -> Iterator[PriceRecord]:
    name, usual = one.get("id"), one.get("price")
    if not isinstance(name, str) or not isinstance(usual, dict):
        raise PriceListError("A type of Linode has an unexpected form.")
    prices = {"": usual.get("hourly")}
    prices |= {str(each.get("id")): each.get("hourly") for each in one.get("region_prices") or ()}
    for region, hourly in prices.items():
        amount = dollars(hourly)
        if amount is not None:
            yield PriceRecord(PricedItem.SIZE, name, region, amount, PriceUnit.HOUR, LINUX)
