"""Two arguments that limit a value from below and from above."""

from typing import Any

from gateway.core.errors import InvalidInput


def check_range(lower: Any, upper: Any, *, fields: tuple[str, str]) -> None:
    """Raises InvalidInput if nothing can be between the two. None: that side has no limit.

    ``fields``: the places of the two arguments, as ``filter.since`` and ``filter.until``.
    """
    if lower is None or upper is None or lower <= upper:
        return
    first, second = fields
    message = (
        f"{first} ({lower}) is after {second} ({upper}), so nothing can match. "
        f"Exchange the two, or leave one of them out."
    )
    raise InvalidInput(message, field=first)
