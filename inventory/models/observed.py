"""Objects that exist at a cloud, as they were last seen: machines, containers, volumes."""

from datetime import datetime
from typing import Any

from django.db import models

from gateway.core.folded_field import FoldedField
from inventory.models.loading import LightlyLoaded
from inventory.models.provider import Provider
from inventory.models.source import Source
from inventory.types import MeaningfulEnum


def state_column(states: type[MeaningfulEnum], **options: Any) -> "models.CharField[Any, Any]":
    """The column ``state`` of a class of Observed: a word of its own vocabulary."""
    choices = [(one.value, one.value) for one in states]
    return models.CharField(max_length=20, choices=choices, **options)


class Observed(LightlyLoaded):
    """One object of one source, as its cloud describes it, and when that was seen.

    It is never deleted because a listing omits it: see ``inventory.live.compare``. Its class adds
    a ``state`` in its own words, and the columns that its record fills.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    # The source's own, repeated here so that filters need no join.
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="+")
    region = models.CharField(max_length=100)
    external_id = models.CharField(max_length=400)  # of a cluster: the pod, and the container in it

    name = models.CharField(max_length=300)
    name_folded = FoldedField(of="name")
    raw_state = models.CharField(max_length=100)  # the cloud's own word
    # When the read began that first saw it in its state; it may have been in it for longer.
    state_changed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(null=True)  # at the cloud
    search_text = models.TextField(default="")  # folded: what free text looks into
    problem = models.CharField(max_length=500, null=True)  # why a part of it is unknown

    fingerprint = models.CharField(max_length=32)  # of the record, to compare without reading
    read_started_at = models.DateTimeField()  # when the read began that wrote this row
    observed_at = models.DateTimeField()  # when that read was complete
    provisioned_at = models.DateTimeField(null=True)  # when we created it; null: not by us

    first_seen_at = models.DateTimeField(null=True)  # when the first read began that saw it
    # Since when the row has these values; null: not recorded. Earlier values are in PastRow.
    recorded_since = models.DateTimeField(null=True)

    listed = models.BooleanField(default=True)  # False: the latest complete listing omits it
    unlisted_since = models.DateTimeField(null=True)  # the first such listing that counts
    missing_since = models.DateTimeField(null=True)
    last_state = models.CharField(max_length=20, blank=True)  # before MISSING

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="%(class)s_per_source"),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="%(class)s_by_name"),
            models.Index(fields=["provider", "name", "id"], name="%(class)s_by_provider_name"),
            models.Index(fields=["state", "name", "id"], name="%(class)s_by_state_name"),
            models.Index(fields=["created_at", "id"], name="%(class)s_by_created_at"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stale(self) -> bool:
        """True if it may have changed or gone since it was last seen."""
        return self.source.failed or not self.listed

    @property
    def seen_at(self) -> datetime:
        """When a cloud last confirmed it: a listing that finds it unchanged writes nothing."""
        fetched_at = self.source.fetched_at
        if self.listed and fetched_at is not None:
            return max(self.observed_at, fetched_at)
        return self.observed_at
