"""The cloud's offers: sizes and locations of a region.

The docstrings of the models are the descriptions of the types in the API.
"""

from django.db import models

from gateway.core.folded_field import FoldedField
from inventory.models.loading import LightlyLoaded
from inventory.models.priced import PricedSize
from inventory.models.provider import Provider
from inventory.models.source import Source


class CatalogEntry(LightlyLoaded):
    """One row per source and external id. A complete listing removes the rows that it omits."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="+")
    region = models.CharField(max_length=100)
    external_id = models.CharField(max_length=500)
    name = models.CharField(max_length=500)
    name_folded = FoldedField(of="name")
    problem = models.CharField(max_length=500, null=True)  # why a part of it is unknown
    fingerprint = models.CharField(max_length=32)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="%(class)s_per_source"),
        ]
        indexes = [
            models.Index(fields=["provider", "name", "id"], name="%(class)s_by_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Size(CatalogEntry, PricedSize):
    """How large a machine is: a flavor, an instance type."""

    memory = models.PositiveIntegerField(null=True)  # MiB
    vcpus = models.PositiveIntegerField(null=True)
    disk = models.PositiveIntegerField(null=True)  # GiB
    # In US dollars, by the cloud's own word.
    price_per_hour = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    architecture = models.CharField(max_length=100, null=True)  # as of an image
    location_id = models.CharField(max_length=300, null=True)  # where it was listed


class Location(CatalogEntry):
    """Where in a region a machine is: a zone."""
