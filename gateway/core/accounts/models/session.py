"""The stored state of a login: the session, and the digests of its refresh tokens."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class Session(models.Model):
    """One login and all its renewals. The ``sid`` of an access token names it.

    ::

        open ──▶ ended     by its owner, or because a used refresh token of it came back
          └────▶ void      its user is disabled, or has another password than at the login
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The digest of the stored password at the login. A column, not a claim: a token must not reveal
    # anything about the password.
    password_digest = models.CharField(max_length=64)
    address = models.CharField(max_length=64, blank=True)  # where the login came from
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()  # none of its tokens is valid any more then
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"session {self.pk} of user {self.user_id}"


class RefreshToken(models.Model):
    """A secret that renews a session once. Only its SHA-256 is stored.

    ::

        usable ──renewed──▶ used        its successor, of the same session, is usable
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="refresh_tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.CharField(max_length=64, default="", db_default="")  # a digest of the client

    def __str__(self) -> str:
        return f"refresh token {self.pk} of session {self.session_id}"
