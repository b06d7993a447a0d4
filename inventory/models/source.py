"""A source and its receipt: what was asked, when, and how it went.

A receipt has two times. ``..._started_at`` is when a call began, so what it saw is at least
that fresh: it decides which of two reads is the newer one. ``fetched_at`` is when the answer was
complete: it is the age that users see.
"""

from datetime import datetime

from django.db import models

from inventory.models.loading import LightlyLoaded
from inventory.models.provider import Provider
from inventory.types import Completeness


class SourceResource(models.TextChoices):
    """The contents of a source's list: objects of a region, or the regions of an account.

    These are the values that the code names. Every resource is one, by its ``plural``.
    """

    VIRTUAL_MACHINES = "virtual_machines"
    CONTAINERS = "containers"
    SIZES = "sizes"
    IMAGES = "images"
    LOCATIONS = "locations"
    REGIONS = "regions"


class Source(LightlyLoaded):
    """Provider × region × resource: the unit of refresh, claim, deadline and receipt.

    The set of regions of a provider that was connected with ``["all"]`` is a source too: its
    resource is REGIONS, and its region is ``"all"``.
    """

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="sources")
    region = models.CharField(max_length=100)
    resource = models.CharField(max_length=30, choices=SourceResource.choices)

    # The stored rows were certainly out of date at this time: a job ended, credentials changed.
    dirty_at = models.DateTimeField(null=True)

    # The latest attempt, and why it failed; an empty code means that it did not.
    attempt_started_at = models.DateTimeField(null=True)
    duration_ms = models.PositiveIntegerField(null=True)
    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.CharField(max_length=500, blank=True)
    error_retryable = models.BooleanField(default=False)
    # How often it failed in a row, and when it may be asked again: see inventory.live.breaker.
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    # Not stored: seconds that the cloud asked to be left alone, where this very request failed.
    retry_after: float | None = None

    # The latest complete listing.
    listing_started_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField(null=True)
    # How many of its objects have no usable id, and why: they are not among the rows.
    unusable = models.PositiveIntegerField(default=0)
    unusable_reason = models.CharField(max_length=500, blank=True)

    # Why that listing is empty, where the account or the region has no such service.
    absence = models.CharField(max_length=500, blank=True, default="")

    # Since when it answers without a long gap, or fails for its present reason; null: that is not
    # recorded. The periods before are PastSources: see inventory.live.periods.
    recorded_since = models.DateTimeField(null=True)

    # Grows with every write to the source or its rows, so a comparison sees that it is out of date.
    version = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "region", "resource"], name="source_per_region_and_resource"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} of {self.region} at provider {self.provider_id}"

    @property
    def is_region_set(self) -> bool:
        return self.resource == SourceResource.REGIONS

    @property
    def completeness(self) -> Completeness:
        """Shows if its lists are known to have every object."""
        return self.provider.kind.completeness(self.resource)

    @property
    def lists_all(self) -> bool:
        """True if an object that is not in its list is known not to exist."""
        if self.completeness is Completeness.PROVEN:
            return True
        return self.provider.trust_listing and self.resource not in self.provider.kind.cut_lists

    @property
    def failed(self) -> bool:
        return bool(self.error_code)

    def is_clean_since(self, moment: datetime) -> bool:
        """True if a read that began at ``moment`` saw every change made through the gateway."""
        return self.dirty_at is None or moment > self.dirty_at
