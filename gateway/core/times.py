"""Moments that callers name."""

from datetime import UTC, datetime

from gateway.core.errors import InvalidInput


def in_utc(moment: datetime | None, *, field: str) -> datetime | None:
    """``moment`` in UTC, which it is in where it names no offset.

    Raises InvalidInput, naming ``field``, for a time that is outside of the calendar there.
    """
    if moment is None or moment.tzinfo is None:
        return moment and moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise InvalidInput("This time is outside of the calendar.", field=field) from None
