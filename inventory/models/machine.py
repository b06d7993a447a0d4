"""A virtual machine as it was last seen."""

from datetime import datetime

from django.db import models

from inventory.models.loading import LightlyLoaded
from inventory.models.provider import Provider
from inventory.models.source import Source
from inventory.types import MachineState


class VirtualMachine(LightlyLoaded):
    """One machine of one source. Its columns of the cloud's facts are those of MachineRecord.

    It is never deleted because a listing lacks it: see ``inventory.live.compare``.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="virtual_machines")
    # The source's own, repeated here so that filters need no join.
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="+")
    region = models.CharField(max_length=100)
    external_id = models.CharField(max_length=300)

    name = models.CharField(max_length=300)
    state = models.CharField(
        max_length=20, choices=[(state.value, state.value) for state in MachineState]
    )
    raw_state = models.CharField(max_length=100)  # the cloud's own word
    size_id = models.CharField(max_length=300, null=True)
    size_name = models.CharField(max_length=300, null=True)
    memory = models.PositiveIntegerField(null=True)  # MiB
    vcpus = models.PositiveIntegerField(null=True)
    disk = models.PositiveIntegerField(null=True)  # GiB
    price_per_hour = models.DecimalField(max_digits=14, decimal_places=6, null=True)  # US dollars
    image_id = models.CharField(max_length=500, null=True)
    image_name = models.CharField(max_length=300, null=True)
    location_id = models.CharField(max_length=300, null=True)
    location_name = models.CharField(max_length=300, null=True)
    public_ips = models.JSONField(default=list)
    private_ips = models.JSONField(default=list)
    tags = models.JSONField(default=list)  # [key, value] pairs, by key
    created_at = models.DateTimeField(null=True)  # at the cloud
    search_text = models.TextField(default="")  # of the facts above, what free text looks into

    fingerprint = models.CharField(max_length=32)  # of the facts above, to compare without reading
    read_started_at = models.DateTimeField()  # when the read began that wrote this row
    observed_at = models.DateTimeField()  # when that read was complete
    provisioned_at = models.DateTimeField(null=True)  # when we created it; null: not by us

    listed = models.BooleanField(default=True)  # False: the latest complete listing lacks it
    unlisted_since = models.DateTimeField(null=True)  # the first such listing that counts
    missing_since = models.DateTimeField(null=True)
    last_state = models.CharField(max_length=20, blank=True)  # before MISSING

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="machine_per_source"),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="machine_by_name"),
            models.Index(fields=["provider", "name", "id"], name="machine_by_provider_name"),
            models.Index(fields=["state", "name", "id"], name="machine_by_state_name"),
            models.Index(fields=["created_at", "id"], name="machine_by_created_at"),
            # What a filter limits a source to is counted, and found, without a look at the rows.
            models.Index(fields=["source", "state"], name="machine_by_source_state"),
            models.Index(fields=["size_id", "id"], name="machine_by_size"),
            models.Index(fields=["image_id", "id"], name="machine_by_image"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stale(self) -> bool:
        """Whether it may have changed or gone since it was last seen."""
        return self.source.failed or not self.listed

    @property
    def seen_at(self) -> datetime:
        """When a cloud last confirmed it: a listing that finds it unchanged writes nothing."""
        fetched_at = self.source.fetched_at
        if self.listed and fetched_at is not None:
            return max(self.observed_at, fetched_at)
        return self.observed_at
