"""The Cloud Billing Catalog of Google: the SKUs of Compute Engine.

docs.cloud.google.com/billing/v1/how-tos/catalog-api. It needs an API key of any project in which
the Cloud Billing API is enabled. A page has up to 5,000 SKUs of all regions.

A SKU names what it is for in its description alone: "N2 Custom Instance Core running in Americas".
One that has none of these forms, or whose price is not in US dollars for the expected unit, is left
out. If two have different prices for the same thing, that has no price.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.conf import settings

from inventory.providers.price_lists.pages import (
    MOST_PAGES,
    PriceListError,
    entries,
    read_page,
)
from inventory.records.price import DOLLAR, NANO, PricedItem, PriceRecord, PriceUnit

ADDRESS = "https://cloudbilling.googleapis.com/v1/services/6F81-5844-456A/skus"
PAGE = "5000"
GLOBAL = "global"
# As inventory.providers.google.machine_types names them.
SPOT, CUSTOM, EXTENDED = " spot", "-custom", "-custom-ext"
USAGE = {"OnDemand": "", "Preemptible": SPOT}
HOUR, GIB_HOUR, GIB_MONTH = "h", "GiBy.h", "GiBy.mo"
# The words for a series whose machines have no other parts than vCPUs and memory.
SERIES = {
    "N1 Predefined": "n1",
    "Compute optimized": "c2",
    "Memory-optimized": "m1",
    "M3 Memory-optimized": "m3",
    "C2D AMD": "c2d",
    "C4A Arm": "c4a",
    "T2D AMD": "t2d",
    "T2A Arm": "t2a",
    **{name.upper(): name for name in ("c3", "c3d", "c4", "c4d", "e2", "h3", "n4a")},
}
# Those that have custom types.
CUSTOMIZED = {"": "n1", "N2": "n2", "N2D AMD": "n2d", "N4": "n4", "N4D": "n4d"}
for words, series in CUSTOMIZED.items():
    SERIES |= {
        f"{words} Custom".strip(): f"{series}{CUSTOM}",
        f"{words} Custom Extended".strip(): f"{series}{EXTENDED}",
    }
    if words:
        SERIES[words] = series
PART = re.compile(
    r"(?:Spot Preemptible )?(?P<series>.+?)(?: Instance)? (?P<part>Core|Ram) running in .+"
)
WHOLE = {
    "F1Micro": (
        re.compile(r"(?:Spot Preemptible )?Micro Instance with burstable CPU .+"),
        "f1-micro",
    ),
    "G1Small": (re.compile(r"(?:Spot Preemptible )?Small Instance with 1 VCPU .+"), "g1-small"),
}
PARTS = {"Core": (PricedItem.VCPU, HOUR), "Ram": (PricedItem.MEMORY, GIB_HOUR)}
OF_PARTS = {"CPU": ("Core",), "RAM": ("Ram",), "N1Standard": ("Core", "Ram")}  # by resourceGroup
DISK = re.compile(
    r"(?P<regional>Regional )?(?P<type>Storage|SSD backed|Balanced) PD Capacity(?: in .+)?"
)
DISKS = {"Storage": "pd-standard", "SSD backed": "pd-ssd", "Balanced": "pd-balanced"}
SNAPSHOT = re.compile(r"Storage PD Snapshot(?: in .+)?")
EXTERNAL = re.compile(r"External IP Charge on a (?P<vm>Standard|Spot Preemptible) VM(?: in .+)?")


class Found(NamedTuple):
    """What a SKU is for. ``usage_unit``: the unit of its price."""

    item: PricedItem
    name: str
    usage_unit: str


def google_prices(_regions: Sequence[str], address: str = ADDRESS) -> list[PriceRecord]:
    """The prices of all regions. Raises PriceListError."""
    key = settings.GOOGLE_PRICES_KEY
    if not key:
        raise PriceListError("GOOGLE_PRICES_KEY is not set: the Billing Catalog needs an API key.")
    found: dict[tuple[str, ...], PriceRecord | None] = {}
    for sku in _skus(address, key):
        for record in _records(sku):
            place = (record.item, record.region, record.name)
            known = found.setdefault(place, record)
            if known is not None and known.amount != record.amount:
                found[place] = None
    return [record for record in found.values() if record is not None]


def _skus(address: str, key: str) -> Iterator[dict[str, Any]]:
    """The SKUs of all pages."""
    parameters = {"pageSize": PAGE, "currencyCode": DOLLAR}
    seen = set()
    for _ in range(MOST_PAGES):
        page = read_page(address, parameters, {"X-Goog-Api-Key": key})
        yield from entries(page, "skus")
        token = page.get("nextPageToken")
        if not token:
            return
        if not isinstance(token, str) or token in seen:
            raise PriceListError("A page of Google's Billing Catalog leads back.")
        seen.add(token)
        parameters |= {"pageToken": token}
    raise PriceListError(f"Google's Billing Catalog has more than {MOST_PAGES:,} pages.")


def _records(sku: Mapping[str, Any]) -> Iterator[PriceRecord]:
    """The prices of a SKU, one for each of its regions; none if it is not known here."""
    category, description = sku.get("category"), sku.get("description")
    regions = sku.get("serviceRegions")
    if not isinstance(category, dict) or not isinstance(description, str):
        raise PriceListError("A SKU of Google's Billing Catalog has an unexpected form.")
    found = _found(category, description)
    if found is not None and found.item is PricedItem.SNAPSHOT and not _is_regional(sku):
        return
    amount = None if found is None else _amount(sku.get("pricingInfo"), found.usage_unit)
    if found is None or amount is None or not isinstance(regions, list):
        return
    unit = PriceUnit.GIB_MONTH if found.usage_unit == GIB_MONTH else PriceUnit.HOUR
    for region in regions:
        place = "" if region == GLOBAL else str(region)
        yield PriceRecord(found.item, found.name, place, amount, unit)


def _is_regional(sku: Mapping[str, Any]) -> bool:
    """True if it is the price of single regions. The SKU of a multi-region names regions, too."""
    taxonomy = sku.get("geoTaxonomy")
    return isinstance(taxonomy, dict) and taxonomy.get("type") == "REGIONAL"


def _found(category: Mapping[str, Any], description: str) -> Found | None:
    if external := EXTERNAL.fullmatch(description):
        is_spot = external["vm"] != "Standard"
        return Found(PricedItem.ADDRESS, SPOT if is_spot else "", HOUR)
    usage = USAGE.get(str(category.get("usageType")))
    if usage is None or (usage == SPOT) != description.startswith("Spot Preemptible "):
        return None
    family = category.get("resourceFamily")
    if family == "Compute":
        return _of_machine(str(category.get("resourceGroup")), description, usage)
    return _of_storage(description) if family == "Storage" and not usage else None


def _of_machine(group: str, description: str, usage: str) -> Found | None:
    if group in WHOLE:
        pattern, name = WHOLE[group]
        is_it = pattern.fullmatch(description)
        return Found(PricedItem.VCPU, f"{name}{usage}", HOUR) if is_it else None
    match = PART.fullmatch(description)
    if match is None or match["part"] not in OF_PARTS.get(group, ()):
        return None
    series = SERIES.get(match["series"])
    if series is None:
        return None
    item, unit = PARTS[match["part"]]
    return Found(item, f"{series}{usage}", unit)


def _of_storage(description: str) -> Found | None:
    if SNAPSHOT.fullmatch(description):
        return Found(PricedItem.SNAPSHOT, "", GIB_MONTH)
    disk = DISK.fullmatch(description)
    if disk is None:
        return None
    regional = "regional-" if disk["regional"] else ""
    return Found(PricedItem.VOLUME, f"{regional}{DISKS[disk['type']]}", GIB_MONTH)


def _amount(pricing: Any, usage_unit: str) -> Decimal | None:
    """US dollars for a unit: the first rate above 0, as the first tier of some is free for each
    account. None for another unit or currency, or without such a rate.
    """
    latest = pricing[-1] if isinstance(pricing, list) and pricing else None
    expression = latest.get("pricingExpression") if isinstance(latest, dict) else None
    if not isinstance(expression, dict) or expression.get("usageUnit") != usage_unit:
        return None
    rates = expression.get("tieredRates")
    if not isinstance(rates, list) or not all(isinstance(one, dict) for one in rates):
        return None
    ordered = sorted(rates, key=lambda one: Decimal(str(one.get("startUsageAmount") or 0)))
    amounts = [_money(one.get("unitPrice")) for one in ordered]
    if None in amounts:
        return None
    return next((amount for amount in amounts if amount), None)


def _money(price: Any) -> Decimal | None:
    """``units`` are whole dollars, as a text, and ``nanos`` the rest: google.type.Money."""
    if not isinstance(price, dict) or price.get("currencyCode") != DOLLAR:
        return None
    try:
        amount = Decimal(str(price.get("units") or 0))
        amount += Decimal(str(price.get("nanos") or 0)) / NANO
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None
