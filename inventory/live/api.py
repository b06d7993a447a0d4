"""The public interface of live reads: the names that the rest of the inventory imports.

- Reads: ``refresh`` of sources, ``start_reads`` of single objects, searches of images and offers,
  ``ask_source`` for answers that are never stored.
- Answers: receipts, and the health of a provider.
- Resources: the listed types, and how old their rows may be.
- Rows: operations store single objects, and mark sources as out of date.
- Providers: their regions, their check, the order of locks, the deletion of rows.
"""

from inventory.live.age import Ask, Outlook, age_limit, is_young, outlook
from inventory.live.announcements import channel_of
from inventory.live.asking import asked, may_ask
from inventory.live.bounds import LONGEST_ITEM
from inventory.live.changes import CHANGED_EVENT, changes_prune, register_change_note
from inventory.live.checkup import check_provider
from inventory.live.connection import NOTHING, connected, read_credentials
from inventory.live.denied_lists import forget as forget_denied_lists
from inventory.live.failures import Failure
from inventory.live.health import Health, ProviderStatus, health_of
from inventory.live.images import ImageSearch, search_images
from inventory.live.locks import lock_for_deletion, lock_provider, lock_providers, lock_sources
from inventory.live.new_sources import sources_complete
from inventory.live.objects import ask_object, find_object, list_objects
from inventory.live.offers import UNREADABLE, Offer, RegionOffers, Wanted, find_offers
from inventory.live.past_receipts import receipt_at, receipt_before_history
from inventory.live.questions import Answer, ask_source, receipt_of_failure, receipt_without
from inventory.live.receipts import (
    BEFORE_HISTORY,
    INTERNAL,
    NOT_ASKED,
    NOT_ASKED_YET,
    OUR_CODES,
    SEARCH_UNASKED,
    TOO_MANY_REGIONS,
    UNPROVEN_LIST,
    UNUSABLE_ID,
    UNUSABLE_REGION,
    Receipt,
    SourceStatus,
    all_complete,
    known_regions_only,
    receipt_of,
    receipt_of_gone,
    receipt_of_unanswered,
    receipt_of_unasked,
    unknown_regions,
    worse,
)
from inventory.live.refresh import SourcesChange, refresh, refreshing
from inventory.live.region_names import MOST_REGIONS, list_regions, unusable, usable_names
from inventory.live.region_set import (
    REGION_COLUMNS,
    add_region_set,
    match_sources,
    note_list,
    store_success,
)
from inventory.live.removal import delete_rows_of
from inventory.live.report import Report
from inventory.live.repricing import reprice, reprice_all
from inventory.live.resources import OBSERVED, RESOURCES, main_resources_of, resources_of
from inventory.live.retention import gone_rows_prune, past_prune, regions_prune
from inventory.live.rollup_repair import rollups_differing, rollups_repair
from inventory.live.rows import unsaved_row
from inventory.live.search_index import address_term, link_to
from inventory.live.single_read import (
    SingleAnswer,
    SingleRead,
    finish_reads,
    observe_one,
    outlook_of_one,
    start_reads,
    stored_one,
)
from inventory.live.source_state import (
    FAILING_EVENT,
    close_breakers,
    close_own_breakers,
    mark_dirty,
    store_failure,
)
from inventory.live.store import store_one, store_removal
from inventory.live.tombstones import delete_providers

__all__ = [
    "BEFORE_HISTORY",
    "CHANGED_EVENT",
    "FAILING_EVENT",
    "INTERNAL",
    "LONGEST_ITEM",
    "MOST_REGIONS",
    "NOTHING",
    "NOT_ASKED",
    "NOT_ASKED_YET",
    "OBSERVED",
    "OUR_CODES",
    "REGION_COLUMNS",
    "RESOURCES",
    "SEARCH_UNASKED",
    "TOO_MANY_REGIONS",
    "UNPROVEN_LIST",
    "UNREADABLE",
    "UNUSABLE_ID",
    "UNUSABLE_REGION",
    "Answer",
    "Ask",
    "Failure",
    "Health",
    "ImageSearch",
    "Offer",
    "Outlook",
    "ProviderStatus",
    "Receipt",
    "RegionOffers",
    "Report",
    "SingleAnswer",
    "SingleRead",
    "SourceStatus",
    "SourcesChange",
    "Wanted",
    "add_region_set",
    "address_term",
    "age_limit",
    "all_complete",
    "ask_object",
    "ask_source",
    "asked",
    "changes_prune",
    "channel_of",
    "check_provider",
    "close_breakers",
    "close_own_breakers",
    "connected",
    "delete_providers",
    "delete_rows_of",
    "find_object",
    "find_offers",
    "finish_reads",
    "forget_denied_lists",
    "gone_rows_prune",
    "health_of",
    "is_young",
    "known_regions_only",
    "link_to",
    "list_objects",
    "list_regions",
    "lock_for_deletion",
    "lock_provider",
    "lock_providers",
    "lock_sources",
    "main_resources_of",
    "mark_dirty",
    "match_sources",
    "may_ask",
    "note_list",
    "observe_one",
    "outlook",
    "outlook_of_one",
    "past_prune",
    "read_credentials",
    "receipt_at",
    "receipt_before_history",
    "receipt_of",
    "receipt_of_failure",
    "receipt_of_gone",
    "receipt_of_unanswered",
    "receipt_of_unasked",
    "receipt_without",
    "refresh",
    "refreshing",
    "regions_prune",
    "register_change_note",
    "reprice",
    "reprice_all",
    "resources_of",
    "rollups_differing",
    "rollups_repair",
    "search_images",
    "sources_complete",
    "start_reads",
    "store_failure",
    "store_one",
    "store_removal",
    "store_success",
    "stored_one",
    "unknown_regions",
    "unsaved_row",
    "unusable",
    "usable_names",
    "worse",
]
