"""Roll-ups: rows of a resource, counted and summed up in advance.

A line counts the rows of one source that are alike in all dimensions. The database's own triggers
keep it in the transaction that writes the rows: see ``inventory.rollups``.
"""

from django.db import models

from inventory.models.provider import Provider
from inventory.models.source import Source


class Rollup(models.Model):
    """Its class adds the dimensions, columns of the resource's model, and two columns for each
    measure: the sum, and in ``<measure>_known`` how many rows have a value.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+", db_index=False)
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="+")
    region = models.CharField(max_length=100)
    # Identifies all dimensions. The dimensions cannot be indexed themselves: those of an image are
    # longer together than PostgreSQL's indexes take, and an index treats nulls as different.
    key = models.TextField()
    number = models.BigIntegerField()  # of rows

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="%(class)s_line"),
        ]

    def __str__(self) -> str:
        return f"{self.number} of source {self.source_id}"


class PricedRollup(Rollup):
    """Costs of a month, in two columns whose sums stay within 64 bits: whole US dollars, and the
    micro-dollars beyond them. ``priced``: how many rows have one.
    """

    cost_dollars = models.BigIntegerField()
    cost_micros = models.BigIntegerField()
    priced = models.BigIntegerField()

    class Meta(Rollup.Meta):
        abstract = True


class MachineRollup(PricedRollup):
    """Virtual machines by state, size and image."""

    state = models.CharField(max_length=20)
    size_id = models.CharField(max_length=300, null=True)
    size_name = models.CharField(max_length=300, null=True)
    image_id = models.CharField(max_length=500, null=True)
    image_name = models.CharField(max_length=300, null=True)

    memory = models.BigIntegerField()
    memory_known = models.BigIntegerField()
    vcpus = models.BigIntegerField()
    vcpus_known = models.BigIntegerField()
