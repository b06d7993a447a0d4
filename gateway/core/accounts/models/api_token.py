"""Tokens that scripts use in a user's name."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from gateway.core.accounts.credential import Scope


class ApiToken(models.Model):
    """A long-lived secret of a user, with some or all of the user's rights. Its SHA-256 is stored.

    ::

        usable ──▶ revoked      by its owner, or with its user
          └──────▶ expired
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=10, choices=[(scope.value, scope.value) for scope in Scope])
    providers = models.JSONField(null=True)  # global ids; null: all that its user has a role on
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)  # to a minute
    last_used_from = models.CharField(max_length=64, blank=True)  # an address

    def __str__(self) -> str:
        return f"API token {self.name!r} of user {self.user_id}"
