"""The mark of an order in a machine's name, for drivers of libcloud.

libcloud has no common word for tags or client tokens. So the mark of an order is the end of the
machine's name, which is part of the request that makes it and stands in each list. A record shows
the mark as the tag that other kinds set.
"""

import re
from uuid import UUID

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.order_marker import MARKER_TAG
from inventory.types import NewMachine

LONGEST_NAME = 63  # of a label of the domain name system, which most clouds hold names to
MARKED = re.compile(r".+-([0-9a-f]{32})")


def marked_name(order: NewMachine) -> str:
    """Raises ProviderError, not retryable, for a name that leaves no place for the mark."""
    mark = UUID(order.client_token).hex
    most = LONGEST_NAME - len(mark) - 1
    if len(order.name) > most:
        message = f"The name of a machine ordered through libcloud has at most {most} characters."
        raise ProviderError(ProviderErrorCode.INVALID_REQUEST, message, retryable=False)
    return f"{order.name}-{mark}"


def marks_of(name: str) -> tuple[tuple[str, str], ...]:
    """The tags that a name stands for."""
    found = MARKED.fullmatch(name)
    return ((MARKER_TAG, str(UUID(found[1]))),) if found else ()
