"""A code repository, as the book's GraphQL chapter has it."""

from django.conf import settings
from django.db import models

from gateway.core.folded_field import LONGEST_INDEXED, FoldedField


class Repository(models.Model):
    name = models.CharField(max_length=200)
    full_name = models.CharField(max_length=400)
    # The part of full_name before the slash: owner and community alike.
    owner_login = models.CharField(max_length=200, db_index=True)
    url = models.CharField(max_length=1000)
    description = models.TextField(blank=True)
    # Names that differ only in case or Unicode normal form are one name.
    name_folded = FoldedField(of="name", longest=LONGEST_INDEXED)
    full_name_folded = FoldedField(of="full_name", longest=LONGEST_INDEXED)
    owner_folded = FoldedField(of="owner_login", longest=LONGEST_INDEXED)
    description_folded = FoldedField(of="description")
    # 0, but for rows of an earlier release whose folded full name another row had already.
    duplicate = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    # Who created it here; null: imported, and visible to every user.
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="repositories"
    )

    class Meta:
        verbose_name_plural = "repositories"
        constraints = [
            # Those that every user sees, and those of one user: what others added is not known.
            models.UniqueConstraint(
                fields=["full_name_folded", "duplicate"],
                condition=models.Q(creator=None),
                name="imported_repository_by_name",
            ),
            models.UniqueConstraint(
                fields=["creator", "full_name_folded", "duplicate"],
                name="repository_by_creator_and_name",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="repository_by_created_at"),
            models.Index(fields=["name_folded"], name="repository_by_name"),
            models.Index(fields=["owner_folded"], name="repository_by_owner"),
        ]

    def __str__(self) -> str:
        return self.full_name
