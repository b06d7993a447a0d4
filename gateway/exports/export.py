"""An export: its first operation, its pages, and its end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from gateway.core.errors import ExpectedError
from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import Executor, GraphQLOutcome, GraphQLRequest
from gateway.core.graphql.limits import LIMITS_CODE
from gateway.exports.formats import Format
from gateway.exports.requests import Wanted
from gateway.exports.summary import Summary, missing_of
from gateway.exports.validator import etag_of
from inventory.schema.table.exported import Exported, receipt_maps

PAGE_ROWS = 500
FEWEST_ROWS = 20
LATER_PAGE = "export"  # where a cursor stands: such a page asks no cloud
MAX_FIRST_GROUPS = 1_000  # what is charged for
NOT_WHOLE = "NOT_WHOLE"


class ExportError(ExpectedError):
    """An answer with errors: ``code`` and ``message`` are those of the first one."""

    def __init__(self, outcome: GraphQLOutcome) -> None:
        error = outcome.errors[0]
        self.extensions: dict[str, Any] = {**(error.get("extensions") or {})}
        super().__init__(
            error["message"],
            code=str(self.extensions.pop("code")),
            field=self.extensions.get("field"),
        )
        self.executed = outcome.executed


class NotWhole(ExpectedError):
    """Rows are missing that the export was said to have, and its format cannot say so."""

    code = NOT_WHOLE


@dataclass(slots=True)
class _Rows:
    """The rest of an export: the groups, or the keys of rows, behind ``position``."""

    exported: Exported
    groups: list[dict[str, Any]]
    position: int = 0


class Export:
    """``contexts``: a new context of the user as they are now; it raises BadToken when their login
    has ended. For one thread at a time, not always the same.
    """

    def __init__(self, executor: Executor, wanted: Wanted, contexts: Callable[[], Context]) -> None:
        """Raises NotSupported."""
        self.wanted = wanted
        self.format: Format = wanted.format()
        self.summary = Summary(timezone.now())
        self.etag: str | None = None
        self._executor = executor
        self._contexts = contexts
        self._page_rows = PAGE_ROWS
        self._left = _Rows(Exported(), [])

    def begin(self) -> None:
        """Bring the sources up to date, and find out what the list has.

        Raises ExportError, RateLimited and BadToken.
        """
        resources = self.wanted.document.resources
        exported = Exported(resources or frozenset())
        context = self._contexts()
        first = MAX_FIRST_GROUPS if self.wanted.what.is_aggregate else 0
        data = self._run(context, exported, {**self.wanted.variables, "first": first})
        receipts = receipt_maps(context)
        self.summary.missing = missing_of(receipts.values())
        groups = self.wanted.document.rows(data) if self.wanted.what.is_aggregate else []
        self.summary.listed = len(groups) if self.wanted.what.is_aggregate else len(exported.keys)
        self.summary.cuts = _cuts(context)
        if resources is not None:
            self.etag = etag_of(self.wanted.key, context, exported, receipts)
        self._left = _Rows(exported, groups)

    @property
    def is_done(self) -> bool:
        total = len(self._left.groups) or len(self._left.exported.keys)
        return self._left.position >= total

    def next_page(self) -> bytes:
        """The next rows as the format writes them. May be called again after RateLimited.

        Raises ExportError, RateLimited and BadToken.
        """
        left = self._left
        if left.groups:
            rows = left.groups[left.position : left.position + PAGE_ROWS]
            left.position += len(rows)
        else:
            rows = self._read_rows()
        self.summary.rows += len(rows)
        return self.format.rows(rows)

    def end(self) -> bytes:
        """Raises NotWhole where rows got lost and the format has no trailer to say so."""
        self.summary.ended_at = timezone.now()
        if not self.summary.is_whole and not self.format.has_trailer:
            summary = self.summary
            raise NotWhole(
                f"{summary.rows} of {summary.listed} objects were still there, and {summary.cuts} "
                "lists in them are cut. Export again; with trailer=true the file says so itself."
            )
        return self.format.end(self.summary.trailer())

    def failed(self, error: ExpectedError) -> bytes:
        """The end after an error: the trailer, of a format that is readable with it."""
        self.summary.error = {"code": error.code, "message": error.message}
        self.summary.ended_at = timezone.now()
        return self.format.end(self.summary.trailer()) if self.format.has_trailer else b""

    def _read_rows(self) -> list[dict[str, Any]]:
        """Fewer at once, where a row is so large that a page of them costs too much."""
        while True:
            keys = self._left.exported.keys
            page = keys[self._left.position : self._left.position + self._page_rows]
            try:
                rows = self._page(page.tolist())
            except ExportError as error:
                if error.code != LIMITS_CODE or self._page_rows <= FEWEST_ROWS:
                    raise
                self._page_rows //= 2
                continue
            self._left.position += len(page)
            return rows

    def _page(self, keys: list[int]) -> list[dict[str, Any]]:
        context = self._contexts()
        exported = Exported(page=keys, receipts=self._left.exported.receipts)
        given = {name: one for name, one in self.wanted.variables.items() if name != "maxAge"}
        window = {"first": len(keys), "after": LATER_PAGE}
        data = self._run(context, exported, given | window)
        self.summary.cuts += _cuts(context)
        return self.wanted.document.rows(data)

    def _run(
        self, context: Context, exported: Exported, variables: dict[str, Any]
    ) -> dict[str, Any]:
        context.state[Exported] = exported
        request = GraphQLRequest(self.wanted.document.text, variables)
        outcome = self._executor.run(request, context, read_only=True)
        if outcome.errors or outcome.data is None:
            raise ExportError(outcome)
        return outcome.data


def _cuts(context: Context) -> int:
    """Lists in rows that have more than they show."""
    return sum(one["lists"] for one in context.extensions.get("cuts", ()))
