"""A code repository: one that a host lists, or one that was imported or added here.

A row that a host lists has a source and a provider, and is kept as every row of a resource. Others
have neither: their columns of ``Observed`` are empty.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from gateway.core.folded_field import LONGEST_INDEXED, FoldedField
from inventory.models.observed import Observed, state_column
from inventory.models.provider import Provider
from inventory.models.source import Source
from inventory.records.repository import RepositoryState


class Repository(Observed):
    """A code repository: live from its host, or as it was imported or added here."""

    source: Any = models.ForeignKey(Source, on_delete=models.CASCADE, null=True, related_name="+")
    provider: Any = models.ForeignKey(
        Provider, on_delete=models.CASCADE, null=True, related_name="+"
    )
    region = models.CharField(max_length=100, blank=True, default="")
    external_id = models.CharField(max_length=400, blank=True, default="")  # the host's number
    state = state_column(RepositoryState, default=RepositoryState.UNKNOWN.value)
    raw_state = models.CharField(max_length=100, blank=True, default="")
    fingerprint = models.CharField(max_length=32, blank=True, default="")
    read_started_at = models.DateTimeField(default=timezone.now)
    observed_at = models.DateTimeField(default=timezone.now)
    # At its host; of one that was imported or added, when it came to this gateway.
    created_at = models.DateTimeField(null=True, default=timezone.now)

    node_id = models.CharField(max_length=200, null=True)  # in its host's GraphQL API
    full_name = models.CharField(max_length=400)
    # The part of full_name before the slash: owner and community alike.
    owner_login = models.CharField(max_length=200, db_index=True)
    url = models.CharField(max_length=1000)
    description = models.TextField(blank=True)
    default_branch = models.CharField(max_length=300, null=True)
    visibility = models.CharField(max_length=20, null=True)
    language = models.CharField(max_length=100, null=True)
    topics = models.JSONField(default=list)
    stars = models.PositiveIntegerField(null=True)
    forks = models.PositiveIntegerField(null=True)
    open_issues = models.PositiveIntegerField(null=True)
    archived = models.BooleanField(null=True)
    license = models.CharField(max_length=100, null=True)  # SPDX
    pushed_at = models.DateTimeField(null=True)

    # Names that differ only in case or Unicode normal form are one name.
    name_folded = FoldedField(of="name", longest=LONGEST_INDEXED)
    full_name_folded = FoldedField(of="full_name", longest=LONGEST_INDEXED)
    owner_folded = FoldedField(of="owner_login", longest=LONGEST_INDEXED)
    description_folded = FoldedField(of="description")
    # 0, but for rows of an earlier release whose folded full name another row had already.
    duplicate = models.PositiveIntegerField(default=0, editable=False)
    # The user who added it here; null: imported, and visible to every user, or listed by its host.
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="repositories"
    )

    class Meta(Observed.Meta):
        abstract = False
        verbose_name_plural = "repositories"
        constraints = [
            *Observed.Meta.constraints,
            # Those that every user sees, and those of one user, who does not see those of others.
            models.UniqueConstraint(
                fields=["full_name_folded", "duplicate"],
                condition=models.Q(creator=None, source=None),
                name="imported_repository_by_name",
            ),
            models.UniqueConstraint(
                fields=["creator", "full_name_folded", "duplicate"],
                name="repository_by_creator_and_name",
            ),
        ]
        indexes = [
            *Observed.Meta.indexes,
            models.Index(fields=["name_folded"], name="repository_by_folded_name"),
            models.Index(fields=["owner_folded"], name="repository_by_owner"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def stale(self) -> bool:
        """False if no host lists it: nothing newer is known."""
        return self.source_id is not None and super().stale

    @property
    def seen_at(self) -> datetime | None:  # type: ignore[override]  # nothing saw one without a host
        return None if self.source_id is None else super().seen_at
