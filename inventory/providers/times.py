"""Times as clouds write them."""

from datetime import UTC, datetime


def moment(text: object) -> datetime | None:
    """The time, in UTC if it has no offset; None for what is none."""
    if not isinstance(text, str):
        return None
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
