"""The AWS Price List: GetProducts of the Pricing service, by boto3.

docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html. Prices are
public, and a request needs any account's keys: those of boto3's usual places, as ``AWS_PROFILE``.
Its permission is ``pricing:GetProducts``.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from inventory.providers.price_lists.pages import MOST_PAGES, PriceListError, dollars
from inventory.records.price import PricedItem, PriceRecord, PriceUnit

SERVICE_REGION = "us-east-1"  # the service has few; each has the prices of all regions
EC2, S3 = "AmazonEC2", "AmazonS3"
# The list's names of operating systems, and what instances have in lower case.
SYSTEMS = {
    "Linux": "linux",
    "Windows": "windows",
    "RHEL": "red hat enterprise linux",
    "SUSE": "suse linux",
}
SNAPSHOTS = "EBS:SnapshotUsage"  # of the standard tier
ON_DEMAND = {
    "productFamily": "Compute Instance",
    "tenancy": "Shared",
    "capacitystatus": "Used",
    "preInstalledSw": "NA",
    "licenseModel": "No License required",
}
STORAGE: tuple[tuple[PricedItem, str, Mapping[str, str], Callable[[Any], str | None]], ...] = (
    (
        PricedItem.VOLUME,
        EC2,
        {"productFamily": "Storage"},
        lambda attributes: attributes.get("volumeApiName"),
    ),
    (
        PricedItem.SNAPSHOT,
        EC2,
        {"productFamily": "Storage Snapshot"},
        lambda attributes: "" if attributes.get("usagetype", "").endswith(SNAPSHOTS) else None,
    ),
    (
        PricedItem.BUCKET,
        S3,
        {"productFamily": "Storage", "volumeType": "Standard"},
        lambda _attributes: "",
    ),
)
HOURS, GIB_MONTHS = frozenset({"Hrs"}), frozenset({"GB-Mo", "GB-month"})


def amazon_prices(regions: Sequence[str], client: Any = None) -> list[PriceRecord]:
    """``client``: of boto3's service pricing; None: one of the usual places' keys."""
    # Here: every process knows this list, and one command reads it.
    import boto3  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    asked = client or boto3.client("pricing", region_name=SERVICE_REGION)
    found: dict[tuple[str, ...], PriceRecord] = {}
    try:
        for region in regions:
            for record in _of_region(asked, region):
                key = (record.item, record.region, record.name, record.operating_system)
                found[key] = record
    except (BotoCoreError, ClientError) as error:
        raise PriceListError(f"The AWS Price List cannot be read: {error}") from None
    return list(found.values())


def _of_region(client: Any, region: str) -> Iterator[PriceRecord]:
    """Instance types, then types of volumes, snapshots, and the usual class of S3."""
    for product in _products(client, EC2, {**ON_DEMAND, "regionCode": region}):
        attributes = product["product"]["attributes"]
        system = SYSTEMS.get(attributes.get("operatingSystem", ""))
        amount = _first_price(product, HOURS)
        if system and amount:
            name = attributes["instanceType"]
            yield PriceRecord(PricedItem.SIZE, name, region, amount, PriceUnit.HOUR, system)
    for item, service, terms, name_of in STORAGE:
        for product in _products(client, service, {**terms, "regionCode": region}):
            name = name_of(product["product"]["attributes"])
            amount = _first_price(product, GIB_MONTHS)
            if name is not None and amount:
                yield PriceRecord(item, name, region, amount, PriceUnit.GIB_MONTH)


def _products(client: Any, service: str, terms: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The products of all pages. Raises PriceListError for a product that cannot be read."""
    filters = [{"Type": "TERM_MATCH", "Field": k, "Value": v} for k, v in terms.items()]
    token: dict[str, str] = {}
    pages = 0
    while pages < MOST_PAGES:
        page = client.get_products(ServiceCode=service, Filters=filters, **token)
        pages += 1
        for text in page.get("PriceList", ()):
            yield _read(text)
        if not page.get("NextToken"):
            return
        if token.get("NextToken") == page["NextToken"]:
            raise PriceListError("The AWS Price List repeats a page.")
        token = {"NextToken": page["NextToken"]}
    raise PriceListError(f"The AWS Price List has more than {MOST_PAGES:,} pages.")


def _read(text: str) -> dict[str, Any]:
    try:
        product: dict[str, Any] = json.loads(text)
        _ = product["product"]["attributes"].get("instanceType"), product["terms"]
    except (ValueError, LookupError, TypeError, AttributeError):
        raise PriceListError("A product of the AWS Price List has an unexpected form.") from None
    return product


def _first_price(product: Mapping[str, Any], units: Iterable[str]) -> Decimal | None:
    """The price on demand of the first tier; None if none is in ``units``, or if it is 0."""
    for term in product["terms"].get("OnDemand", {}).values():
        for dimension in term.get("priceDimensions", {}).values():
            is_first = dimension.get("beginRange", "0") == "0"
            if dimension.get("unit") in units and is_first:
                return dollars(dimension.get("pricePerUnit", {}).get("USD"))
    return None
