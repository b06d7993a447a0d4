"""One row for each action and each refusal."""

from typing import Any, NoReturn

from django.db import models
from django.utils import timezone


class AppendOnly(Exception):
    """An attempt to change or to remove a recorded event."""

    def __init__(self) -> None:
        super().__init__("What was recorded in the audit is neither changed nor removed.")


class EventKind(models.TextChoices):
    """The kind of an event."""

    MUTATION = "MUTATION"
    LOGIN = "LOGIN"
    REFUSAL = "REFUSAL"
    COMMAND = "COMMAND"


class AppendOnlyQuerySet(models.QuerySet["AuditEvent"]):
    def update(self, **_columns: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly


class AuditEvent(models.Model):
    """It has no foreign keys: it stays unchanged when the objects that it names are deleted."""

    at = models.DateTimeField(default=timezone.now, editable=False)
    kind = models.CharField(max_length=10, choices=EventKind.choices)
    action = models.CharField(max_length=100)  # the root field, "request", or the command
    user_key = models.BigIntegerField(null=True)  # null: no user, or an unknown one
    login = models.CharField(max_length=150, blank=True)  # the user's at that time
    credential = models.CharField(max_length=60, blank=True)  # session:<id>, api_token:<id>
    address = models.CharField(max_length=64, blank=True)
    arguments = models.JSONField(default=dict)  # without what may be secret
    # Descriptions of the objects whose ids are in arguments and result: they may be deleted later.
    names = models.JSONField(default=dict)
    outcome = models.CharField(max_length=50)  # OK, or an error's code
    result = models.JSONField(default=dict)  # ids and addresses of what came of it, by name

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["user_key", "-at", "-id"], name="audit_by_user"),
            models.Index(fields=["action", "-at", "-id"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} by {self.login or 'nobody'}: {self.outcome}"

    def save(self, *arguments: Any, **options: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*arguments, **options)

    def delete(self, *_arguments: Any, **_options: Any) -> NoReturn:
        raise AppendOnly

    def as_json(self) -> dict[str, Any]:
        """A line of the export."""
        return {
            "id": self.pk,
            "at": self.at.isoformat(),
            "kind": self.kind,
            "action": self.action,
            "userKey": self.user_key,
            "login": self.login,
            "credential": self.credential,
            "address": self.address,
            "arguments": self.arguments,
            "names": self.names,
            "outcome": self.outcome,
            "result": self.result,
        }
