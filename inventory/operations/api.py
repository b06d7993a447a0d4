"""The public interface of operations: what services and the schema need of the jobs' code.

- What a job notes when it is submitted: the account and the object that it is about.
- Orders: where one is placed, and the order itself, for a dry run.
- Jobs: what one is about, and what it may have made.

What can be done to which object is declared in ``inventory.operations.actions``.
"""

from inventory.operations.account import (
    ACCOUNT,
    AnotherAccount,
    account_note,
    account_notes,
    noted_digests,
)
from inventory.operations.deploy import container_order, region_of
from inventory.operations.identity import identity_of
from inventory.operations.marker import MARKER_TAG
from inventory.operations.placement import (
    Ambiguous,
    NotOffered,
    Unread,
    changed_by,
    choose_region,
    decide,
    find_size_id,
    order_of,
    place,
)
from inventory.operations.tag import TAGS_LOCK
from inventory.operations.target_context import not_connected, parse_target, source_in
from inventory.operations.unclear_orders import is_in_doubt

__all__ = [
    "ACCOUNT",
    "MARKER_TAG",
    "TAGS_LOCK",
    "Ambiguous",
    "AnotherAccount",
    "NotOffered",
    "Unread",
    "account_note",
    "account_notes",
    "changed_by",
    "choose_region",
    "container_order",
    "decide",
    "find_size_id",
    "identity_of",
    "is_in_doubt",
    "not_connected",
    "noted_digests",
    "order_of",
    "parse_target",
    "place",
    "region_of",
    "source_in",
]
