"""The roles of users and teams on a provider that another user owns."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from gateway.core.accounts.models import Team
from inventory.models.provider import Provider


class Role(models.TextChoices):
    """A role on a provider. Each includes those before it."""

    VIEWER = "VIEWER"
    OPERATOR = "OPERATOR"
    ADMIN = "ADMIN"

    @property
    def rank(self) -> int:
        return list(Role).index(self)


class Grant(models.Model):
    """A role on one provider for one user, or for everybody in one team."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="grants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=10, choices=Role.choices)
    granted_at = models.DateTimeField(default=timezone.now)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, team__isnull=False) | Q(user__isnull=False, team=None),
                name="grant_to_user_or_team",
            ),
            models.UniqueConstraint(fields=["provider", "user"], name="one_grant_per_user"),
            models.UniqueConstraint(fields=["provider", "team"], name="one_grant_per_team"),
        ]

    def __str__(self) -> str:
        whom = f"team {self.team}" if self.user is None else str(self.user)
        return f"{self.role} on {self.provider.name} for {whom}"
