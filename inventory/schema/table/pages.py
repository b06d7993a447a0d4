"""A page of what stands at clouds, with the receipts of the sources that it was built from."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from gateway.core.graphql.paging import Page
from inventory.live.api import Receipt, all_complete
from inventory.models import Observed, Source
from inventory.schema.live_answers import LiveAnswers
from inventory.schema.live_plans import ReadPlan
from inventory.selectors.catalog import CatalogLookup
from inventory.selectors.rows import attach_sources

Row = TypeVar("Row", bound=Observed)

# The fields of a connection that need the rows of a page.
NEEDING_ROWS = ("nodes", "edges", "pageInfo")


class LivePage(Page[Row]):
    """A page whose rows know their source, share one look at the catalogue, and know each other."""

    def __init__(
        self,
        rows: Any,
        *,
        receipts: list[Receipt],
        without_service: Callable[[], list[Any]],
        **options: Any,
    ) -> None:
        super().__init__(rows, **options)
        self.sources = receipts
        self._without_service = without_service

    @property
    def without_service(self) -> list[Any]:
        return self._without_service()

    @property
    def filtered(self) -> Any:
        """The rows of all pages."""
        return self._all

    @property
    def complete(self) -> bool:
        return all_complete(self.sources)

    def fetch(self) -> list[Row]:
        rows = super().fetch()
        join_rows(rows, [receipt.source for receipt in self.sources])
        return rows


def join_rows(rows: list[Any], sources: Iterable[Source]) -> None:
    """Let rows that are shown together know their source and each other, and share one look at the
    catalogue.
    """
    attach_sources(rows, sources)
    shared = {"catalog": CatalogLookup(rows), "peers": rows, "links": {}}
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
    """Whether rows of this type of connection are known to be asked for."""
    coordinates = {(connection, name) for name in NEEDING_ROWS}
    return plan.selected is not None and not plan.selected.isdisjoint(coordinates)
