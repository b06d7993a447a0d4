"""Lists of prices: those of clouds, and the price books of providers."""

from django.conf import settings
from django.db import models

from inventory.models.provider import Provider


class ListedPrice(models.Model):
    """An entry of a cloud's own list of prices, in US dollars, as ``refresh_prices`` read it.

    ``operating_system``: empty: none has a price of its own. ``region``: empty: everywhere.
    """

    kind_slug = models.CharField(max_length=50)
    item = models.CharField(max_length=20)  # a PricedItem
    region = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=300, blank=True)
    operating_system = models.CharField(max_length=100, blank=True)
    amount = models.BigIntegerField()  # nano-dollars: lists have prices of a GiB-hour
    unit = models.CharField(max_length=20)  # a PriceUnit
    as_of = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind_slug", "item", "region", "name", "operating_system"],
                name="listed_price_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_slug} {self.item} {self.name} {self.region}"


class PriceBook(models.Model):
    """The prices that a provider's owner has written down. See docs/prices.md."""

    provider = models.OneToOneField(Provider, on_delete=models.CASCADE, related_name="price_book")
    text = models.TextField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"Price book of {self.provider_id}"
