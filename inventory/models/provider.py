"""An account at a cloud."""

import uuid
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models

from gateway.core.crypto import EncryptedJSONField
from gateway.core.ids import global_id
from inventory.models.loading import LightlyLoaded
from inventory.providers import Capability, ProviderKind, get_kind


class Provider(LightlyLoaded):
    """An account at a cloud that a user connected. Its regions × resources are its Sources."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Its global id, which jobs and API tokens have as their scope.
    scope = models.CharField(max_length=200, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="providers"
    )
    name = models.CharField(max_length=100)
    kind_slug = models.CharField(max_length=50, db_index=True)
    # The connected driver, if the kind has a choice of drivers; empty for other kinds.
    driver = models.CharField(max_length=50, blank=True, default="")
    regions = models.JSONField(default=list)  # names, in the order they are to be preferred
    # Those that a user named. They stay connected whatever the cloud lists.
    named_regions = models.JSONField(default=list)
    # Those that were connected because the cloud could not list its regions.
    assumed_regions = models.JSONField(default=list)
    # Those that the latest list of regions omits: name → time of the first list that omitted it.
    unlisted_regions = models.JSONField(default=dict)
    # True: "all" was requested. The cloud's list of regions is then a source (SourceResource).
    every_region = models.BooleanField(default=False)
    # Created by the demo of `make run`, and disconnected when any other provider is connected. One
    # that a user has changed or shared is not the demo's any more.
    demo = models.BooleanField(default=False)
    # Its owner vouches that lists whose completeness is UNPROVEN have every object.
    trust_listing = models.BooleanField(default=False)
    deadline_ms = models.PositiveIntegerField(null=True)  # null: settings.LIVE_DEADLINE_MS
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="provider_name_per_owner"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *arguments: Any, **options: Any) -> None:
        self.scope = global_id("Provider", self.public_id)
        super().save(*arguments, **options)

    @cached_property
    def public_id_text(self) -> str:
        """As ids of machines have it; a page writes it a thousand times."""
        return str(self.public_id)

    @property
    def kind(self) -> ProviderKind:
        return get_kind(self.kind_slug, self.driver)

    @property
    def lists_regions(self) -> bool:
        """True if the cloud decides which regions are asked, and can list them."""
        return self.every_region and Capability.LIST_REGIONS in self.kind.capabilities

    @property
    def deadline_seconds(self) -> float:
        """How long a source of this provider may take, waiting included."""
        return (self.deadline_ms or settings.LIVE_DEADLINE_MS) / 1000


class Credentials(models.Model):
    """A provider's credentials, read only at the moment its cloud is called."""

    provider = models.OneToOneField(Provider, on_delete=models.CASCADE, related_name="credentials")
    values = EncryptedJSONField()  # field name → value, every field of the kind

    class Meta:
        verbose_name_plural = "credentials"

    def __str__(self) -> str:
        return f"Credentials of {self.provider_id}"
