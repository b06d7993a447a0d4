"""Azure Retail Prices.

learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices. It needs no account.
A page has up to 1,000 entries and the address of the next one.
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
from inventory.providers.prices import LINUX, WINDOWS
from inventory.records.price import DOLLAR, PricedItem, PriceRecord, PriceUnit

ADDRESS = "https://prices.azure.com/api/retail/prices"
VERSION = "2023-01-01-preview"
HOUR = "1 Hour"
# Offers under a size's name that have other prices.
OTHERWISE = ("Spot", "Low Priority", "Expired")
OTHER_PRODUCTS = ("Cloud Services", "CloudServices", "Dedicated Host")


def azure_prices(regions: Sequence[str], address: str = ADDRESS) -> list[PriceRecord]:
    found = {}
    for region in regions:
        for one in _entries(region, address):
            record = _record(one, region)
            if record is not None:
                found[record.region, record.name, record.operating_system] = record
    return list(found.values())


def _entries(region: str, address: str) -> Iterator[dict[str, Any]]:
    """The entries of all pages."""
    if "'" in region:
        raise PriceListError(f"{region!r} is no region of Azure.")
    terms = f"serviceName eq 'Virtual Machines' and armRegionName eq '{region}'"
    url, parameters = (
        address,
        {
            "api-version": VERSION,
            "$filter": f"{terms} and priceType eq 'Consumption'",
        },
    )
    seen = set()
    for _ in range(MOST_PAGES):
        page = read_page(url, parameters)
        yield from entries(page, "Items")
        following = page.get("NextPageLink")
        if not following:
            return
        if not str(following).startswith(address) or following in seen:
            raise PriceListError("A page of Azure Retail Prices leads elsewhere, or back.")
        seen.add(following)
        url, parameters = following, {}
    raise PriceListError(f"Azure Retail Prices has more than {MOST_PAGES:,} pages.")


def _record(one: Mapping[str, Any], region: str) -> PriceRecord | None:
    """None for an entry that is not a price per hour of a machine on demand."""
    name, product = str(one.get("armSkuName") or ""), str(one.get("productName") or "")
    amount = dollars(one.get("retailPrice"))
    if amount is None or not name or one.get("armRegionName") != region:
        return None
    if one.get("type") != "Consumption" or one.get("unitOfMeasure") != HOUR:
        return None
    if one.get("currencyCode") != DOLLAR or any(word in product for word in OTHER_PRODUCTS):
        return None
    if any(word in str(one.get("skuName")) for word in OTHERWISE):
        return None
    system = WINDOWS if product.endswith("Windows") else LINUX
    return PriceRecord(PricedItem.SIZE, name, region, amount, PriceUnit.HOUR, system)
