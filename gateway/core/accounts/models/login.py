"""The folded login of each user: logins that differ only in case or normal form are one login."""

from django.conf import settings
from django.db import models


class FoldedLogin(models.Model):
    """The folded login of a user of Django; ``gateway.core.accounts.logins`` writes it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="folded_login",
    )
    folded = models.TextField()
    # 0, but for users of an earlier release whose folded login another user had already.
    duplicate = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["folded", "duplicate"], name="user_by_folded_login"),
        ]

    def __str__(self) -> str:
        return self.folded
