"""Earlier states: rows, receipts and providers as they were before they changed or went.

None of them refers to another row by a foreign key: they outlive what they are about. They are
forgotten after CHANGES_KEPT_DAYS.
"""

from django.conf import settings
from django.db import models

from inventory.models.provider import Provider
from inventory.models.source import Source


class PastRow(models.Model):
    """One row of a resource as it was from ``since`` until ``until``, when it changed or went.

    ``facts``: its columns by their names, in the form in which SQLite keeps them: times are texts
    in UTC, decimals are texts.
    """

    source_key = models.BigIntegerField()
    provider_key = models.BigIntegerField()
    row_key = models.BigIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    facts = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["source_key", "until"], name="past_row_of_source"),
            models.Index(fields=["until"], name="past_row_by_age"),
        ]

    def __str__(self) -> str:
        return f"row {self.row_key} of source {self.source_key} until {self.until}"


class PastSource(models.Model):
    """A period in which a source answered, or failed for one reason. See ``Source``.

    The columns are those of the source at the end of the period.
    """

    source_key = models.BigIntegerField()
    provider_key = models.BigIntegerField()
    region = models.CharField(max_length=100)
    resource = models.CharField(max_length=30)
    since = models.DateTimeField()
    until = models.DateTimeField()

    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.CharField(max_length=500, blank=True)
    error_retryable = models.BooleanField(default=False)
    listing_started_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField(null=True)
    unusable = models.PositiveIntegerField(default=0)
    unusable_reason = models.CharField(max_length=500, blank=True)
    absence = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["source_key", "until"], name="past_source_of_source"),
            models.Index(fields=["provider_key", "until"], name="past_source_of_provider"),
            models.Index(fields=["until"], name="past_source_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} of {self.region} at provider {self.provider_key}"

    def as_source(self, provider: Provider) -> Source:
        """A source that is not saved, with the columns of the period."""
        columns = {name: getattr(self, name) for name in OF_A_PERIOD}
        return Source(
            pk=self.source_key,
            provider=provider,
            region=self.region,
            resource=self.resource,
            recorded_since=self.since,
            **columns,
        )


# The columns that a period of a source has of it.
OF_A_PERIOD = (
    "error_code",
    "error_message",
    "error_retryable",
    "listing_started_at",
    "fetched_at",
    "count",
    "unusable",
    "unusable_reason",
    "absence",
)


class PastProvider(models.Model):
    """A provider that was disconnected. Its credentials are gone."""

    provider_key = models.BigIntegerField(unique=True)
    public_id = models.UUIDField()
    scope = models.CharField(max_length=200)
    # Only its owner, and superusers, see what it had: the grants went with it.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    name = models.CharField(max_length=100)
    kind_slug = models.CharField(max_length=50)
    driver = models.CharField(max_length=50, blank=True, default="")
    trust_listing = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    gone_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name

    def as_provider(self) -> Provider:
        """A provider that is not saved."""
        columns = {name: getattr(self, name) for name in OF_A_PROVIDER}
        return Provider(pk=self.provider_key, updated_at=self.gone_at, **columns)


# The columns that a past provider has of it.
OF_A_PROVIDER = (
    "public_id",
    "scope",
    "owner_id",
    "name",
    "kind_slug",
    "driver",
    "trust_listing",
    "created_at",
)
