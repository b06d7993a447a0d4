"""A root field that is read for an export, in several operations.

The first operation brings the sources up to date and notes the primary keys of all rows in the
list's order, eight bytes each. Each later one reads the rows of some keys. So each object is read
once, even if its place in the list changes. The rows of objects that are deleted or out of reach by
then are missing, and the export counts that. The first operation reads all groups of an aggregate.

``context.state[Exported]`` marks such an operation for the resolvers of lists and aggregates.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from gateway.core.db import in_chunks
from gateway.core.graphql.context import Context
from inventory.live.api import Receipt
from inventory.models import Source
from inventory.schema.extensions import receipt_map
from inventory.schema.live_answers import LiveAnswers
from inventory.schema.table.pages import LivePage

# At once in memory, and in the answer.
MOST_GROUPS = 10_000
CHUNK = 2_000


@dataclass(slots=True)
class Exported:
    """The state that the operations of an export share.

    ``resources``: whose sources the exported values come from. ``page``: the keys that an operation
    reads; None: it is the first one. ``keys``: of all rows, in their order. ``receipts``: of the
    first operation. ``versions``: of the sources of ``resources`` at the providers of these,
    noted before any row was read.
    """

    resources: frozenset[str] = frozenset()
    page: Sequence[int] | None = None
    keys: "array[int]" = field(default_factory=lambda: array("q"))
    receipts: list[Receipt] = field(default_factory=list)
    versions: list[tuple[int, int]] = field(default_factory=list)
    has_rows_beside: bool = False

    @property
    def is_first(self) -> bool:
        return self.page is None

    def begin(self, receipts: Sequence[Receipt], *, beside: bool) -> None:
        """``beside``: the list has rows that no source has."""
        self.receipts, self.has_rows_beside = list(receipts), beside
        providers = {one.source.provider_id for one in receipts}
        wanted = Source.objects.filter(provider__in=providers, resource__in=self.resources)
        self.versions = list(wanted.order_by("pk").values_list("pk", "version"))

    def note_keys(self, ordered: QuerySet[Any]) -> None:
        found = ordered.values_list("pk", flat=True)
        self.keys = array("q", in_chunks(found, CHUNK))


def receipt_maps(context: Context) -> dict[int, dict[str, Any]]:
    """The receipts of all sources that the operation planned with, by the sources' keys: those of
    the list, and of what its rows lead to. Each says whether it is ``complete``.
    """
    answers = context.of(LiveAnswers)
    plans = [plan for plan in answers.plans.values() if plan.error is None]
    found = (receipt for plan in plans for receipt in answers.known_receipts_of(plan))
    return {one.source.pk or 0: receipt_map(one) | {"complete": one.complete} for one in found}


def exported_in(context: Context) -> Exported | None:
    found: Exported | None = context.state.get(Exported)
    return found


class ExportedPage(LivePage[Any]):
    """The rows of the keys that the operation reads, in the order of the keys.

    They are shown with their sources as the first operation knew them: what it took for stale is
    stale, and observedAt of all pages is of one moment.
    """

    def __init__(self, rows: Any, exported: Exported, **options: Any) -> None:
        super().__init__(rows, **options)
        self._exported = exported

    def fetch(self) -> list[Any]:
        keys: Iterable[int] = self._exported.page or ()
        found = {row.pk: row for row in self._all.filter(pk__in=list(keys))}
        rows = [found[key] for key in keys if key in found]
        self.join(rows, self._exported.receipts)
        return rows
