"""A code repository, as the book's GraphQL chapter has it."""

from django.conf import settings
from django.db import models


class Repository(models.Model):
    name = models.CharField(max_length=200)
    full_name = models.CharField(max_length=400, unique=True)
    # The part of full_name before the slash: owner and community alike.
    owner_login = models.CharField(max_length=200, db_index=True)
    url = models.CharField(max_length=1000)
    description = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Who created it here; null: imported, and visible to every user.
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="repositories"
    )

    class Meta:
        verbose_name_plural = "repositories"
        indexes = [models.Index(fields=["created_at", "id"], name="repository_by_created_at")]

    def __str__(self) -> str:
        return self.full_name
