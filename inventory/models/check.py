"""The findings of the latest check of a provider."""

from django.db import models

from inventory.models.provider import Provider


class ProviderCheck(models.Model):
    """The report as ``inventory.live.checkup`` writes it. It is read as a whole, and replaced."""

    provider = models.OneToOneField(
        Provider, on_delete=models.CASCADE, related_name="latest_check", primary_key=True
    )
    checked_at = models.DateTimeField()  # when it began
    duration_ms = models.PositiveIntegerField()
    regions = models.JSONField()  # one object a region
    regions_error = models.JSONField(null=True)  # why the regions could not be listed

    def __str__(self) -> str:
        return f"Check of provider {self.provider_id}"
