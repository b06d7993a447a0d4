"""The public interface of operations: the jobs' code that services and the schema need.

- Notes of a job at its submission: the account and the object that it is about.
- Orders: where one is placed, and the order itself, for a dry run.
- Jobs: the target, the possible products, the right to change a job, and the rows that it outdates.

``inventory.operations.actions`` declares the actions on each type of object.
"""

from inventory.operations.account import (
    ACCOUNT,
    AnotherAccount,
    account_note,
    account_notes,
    noted_digests,
)
from inventory.operations.creation import order_for
from inventory.operations.deploy import container_order, region_of
from inventory.operations.identity import identity_of
from inventory.operations.invalidate import mark_sources_dirty
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
from inventory.operations.retry_rights import check_target
from inventory.operations.tag import TAGS_LOCK
from inventory.operations.target_context import not_connected, parse_target, source_in
from inventory.operations.unclear_orders import is_in_doubt
from inventory.operations.visibility import check_operator, check_still_operator, provider_scopes
from inventory.providers.order_marker import MARKER_TAG

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
    "check_operator",
    "check_still_operator",
    "check_target",
    "choose_region",
    "container_order",
    "decide",
    "find_size_id",
    "identity_of",
    "is_in_doubt",
    "mark_sources_dirty",
    "not_connected",
    "noted_digests",
    "order_for",
    "order_of",
    "parse_target",
    "place",
    "provider_scopes",
    "region_of",
    "source_in",
]
