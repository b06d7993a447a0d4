"""The mark of an order in a name, for drivers of libcloud.

libcloud has no common word for tags or client tokens. So the mark of an order is the end of the
name, which is part of the request that makes the object and is shown in each list. A record shows
the mark as the tag that other kinds set.
"""

import re
from typing import Protocol
from uuid import UUID

from inventory.providers.order_marker import MARKER_TAG

# A label of the domain name system, which most clouds hold names to, has 63 characters.
LONGEST_NAME = 63 - len(f"-{UUID(int=0).hex}")
MARKED = re.compile(r".+-([0-9a-f]{32})")


class Order(Protocol):
    """An order of anything that is created."""

    @property
    def name(self) -> str: ...

    @property
    def client_token(self) -> str: ...


def marked_name(order: Order) -> str:
    """``order.name`` leaves a place for the mark: see ``ProviderKind.longest_name``."""
    return _marked(order.name, order.client_token)


def named(name: str, mark: str) -> str:
    """As ``order_marker.tagged``: a console shows the name, and no tag."""
    return f"its name is {_marked(name, mark)}"


def _marked(name: str, mark: str) -> str:
    return f"{name}-{UUID(mark).hex}"


def marks_of(name: str) -> tuple[tuple[str, str], ...]:
    """The tags that a name stands for."""
    found = MARKED.fullmatch(name)
    return ((MARKER_TAG, str(UUID(found[1]))),) if found else ()
