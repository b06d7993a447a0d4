"""``at``: a list, or an aggregate, as it was known at a time. No cloud is asked."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import graphene
from django.conf import settings
from django.utils import timezone

from gateway.core.errors import InvalidInput
from gateway.core.times import in_utc

AT_DESCRIPTION = (
    "The state at this time, with the receipts of that time; UTC if it has no offset. No cloud is "
    "asked. The gateway's CHANGES_KEPT_DAYS (30) are kept. Not together with maxAge."
)


def at_argument() -> Any:
    """Made anew, because Graphene counts arguments."""
    return graphene.DateTime(description=AT_DESCRIPTION)


def moment_of(arguments: Mapping[str, Any]) -> datetime | None:
    """The time of ``at``; None: now. Raises InvalidInput."""
    at = arguments.get("at")
    if at is not None and arguments.get("max_age") is not None:
        message = "at asks no cloud: it cannot be used together with maxAge."
        raise InvalidInput(message, field="at")
    return checked_moment(at, field="at")


def checked_moment(at: datetime | None, *, field: str) -> datetime | None:
    """Raises InvalidInput for a time in the future, or one whose rows are not kept any more."""
    moment, now = in_utc(at, field=field), timezone.now()
    if moment is None:
        return None
    if moment > now:
        raise InvalidInput(f"{field} is in the future: it is {now.isoformat()} now.", field=field)
    horizon = now - timedelta(days=settings.CHANGES_KEPT_DAYS)
    if moment < horizon:
        message = (
            f"{field} is too long ago: {settings.CHANGES_KEPT_DAYS} days are kept, since "
            f"{horizon.isoformat()}."
        )
        raise InvalidInput(message, field=field)
    return moment
