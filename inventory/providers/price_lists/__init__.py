"""Clouds' own lists of prices, read for ``manage.py refresh_prices``.

::

    amazon   the AWS Price List, by boto3
    azure    Azure Retail Prices
    google   the Cloud Billing Catalog
    linode   the types of Linode, whose prices differ by region
    pages    requests of lists by HTTP

Each function takes the names of regions and returns all prices of them, or raises PriceListError.
They are checked against recorded shapes of the vendors' documentation, not against the vendors.
"""

from collections.abc import Callable, Mapping, Sequence

from inventory.providers.price_lists.amazon import amazon_prices
from inventory.providers.price_lists.azure import azure_prices
from inventory.providers.price_lists.google import google_prices
from inventory.providers.price_lists.linode import linode_prices
from inventory.providers.price_lists.pages import PriceListError
from inventory.records.price import PriceRecord

__all__ = ["PRICE_LISTS", "PriceListError"]

PRICE_LISTS: Mapping[str, Callable[[Sequence[str]], list[PriceRecord]]] = {
    "aws": amazon_prices,
    "azure": azure_prices,
    "google": google_prices,
    "linode": linode_prices,
}
