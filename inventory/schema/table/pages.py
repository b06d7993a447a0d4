"""A page of objects at clouds, with the receipts of the sources that it was built from."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from gateway.core.graphql.paging import Page
from inventory.live.api import Receipt, all_complete
from inventory.models import Observed, Source
from inventory.schema.live_answers import LiveAnswers
from inventory.schema.live_plans import ReadPlan
from inventory.selectors.aggregates import Key
from inventory.selectors.catalog import CatalogLookup
from inventory.selectors.rollups import Answered
from inventory.selectors.rows import attach_sources

Row = TypeVar("Row", bound=Observed)

# The fields of a connection that need the rows of a page.
NEEDING_ROWS = ("nodes", "edges", "pageInfo")


class LivePage(Page[Row]):
    """A page whose rows know their source, share one look at the catalogue, and know each other.

    ``answered``: the rows of all pages, to be counted; None: only one by one.
    """

    def __init__(
        self,
        rows: Any,
        *,
        receipts: list[Receipt],
        without_service: Callable[[], list[Any]],
        at: datetime | None = None,
        answered: Answered | None = None,
        **options: Any,
    ) -> None:
        super().__init__(rows, **options)
        self._at = at
        self._answered = answered
        self.sources = receipts
        self._without_service = without_service

    @property
    def without_service(self) -> list[Any]:
        return self._without_service()

    def counted_by(self, keys: Sequence[Key]) -> Any:
        """The rows of all pages, or lines of a roll-up, to be grouped by ``keys``."""
        return self._all if self._answered is None else self._answered.counted_by(keys)

    def count_all(self) -> int:
        return super().count_all() if self._answered is None else self._answered.count

    @property
    def complete(self) -> bool:
        return all_complete(self.sources)

    def fetch(self) -> list[Row]:
        rows = super().fetch()
        self.join(rows, self.sources)
        return rows

    def join(self, rows: list[Row], receipts: Iterable[Receipt]) -> None:
        """Join the rows of the page, which may be loaded in part, with the sources of a receipt."""
        join_rows(rows, [one.source for one in receipts], at=self._at)
        if self._at is not None:
            for row in rows:
                vars(row)["rows_of_then"] = self._all


def join_rows(rows: list[Any], sources: Iterable[Source], *, at: datetime | None = None) -> None:
    """Let rows that are shown together know their source and each other, and share one look-up in
    the catalogue. Rows of the past, at the time ``at``, do not use the catalogue, which is the
    present one.
    """
    attach_sources(rows, sources)
    shared = {"catalog": CatalogLookup(() if at else rows), "peers": rows, "links": {}}
    for row in rows:
        vars(row).update(shared)


def receipts_within(
    answers: LiveAnswers, plan: ReadPlan, *, provider_pk: int | None = None
) -> list[Receipt]:
    """The plan's receipts; ``provider_pk`` keeps those of a nested list to its parent."""
    return [
        receipt
        for receipt in answers.receipts_of(plan)
        if provider_pk is None or receipt.source.provider_id == provider_pk
    ]


def needs_rows(plan: ReadPlan, connection: str) -> bool:
    """True if rows of this type of connection are known to be asked for."""
    coordinates = {(connection, name) for name in NEEDING_ROWS}
    return plan.selected is not None and not plan.selected.isdisjoint(coordinates)
