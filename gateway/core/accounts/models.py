"""What the gateway remembers of a session: the digests of its refresh tokens."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class RefreshToken(models.Model):
    """A secret that renews a session once. Only its SHA-256 is stored.

    ::

        usable ──renewed──▶ used        its successor, of the same family, is usable
           └─────────────▶ revoked      by its owner, or because a used one of its family came back
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    # One login and all its renewals.
    family = models.UUIDField(default=uuid.uuid4, db_index=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"refresh token {self.pk} of user {self.user_id}"
