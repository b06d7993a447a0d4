"""Puts the pages of a list together."""

from typing import Generic, TypeVar

from pydantic import BaseModel, Field

from .generated.fragments import MachineParts, ReceiptParts
from .generated.list_machines import ListMachinesVirtualMachines

PAGE = 200
Model = TypeVar("Model", bound=BaseModel)


class Pages(BaseModel, Generic[Model]):
    """A list that was read to its end or to ``limit``, with its receipts."""

    nodes: list[Model]
    total_count: int = Field(serialization_alias="totalCount")
    complete: bool  # false: a source did not answer, so objects may be missing or old
    sources: list[ReceiptParts]


class Reading:
    """The pages of machines that were read so far, and what the next request asks for."""

    def __init__(self, limit: int | None, max_age: int | None) -> None:
        self.limit = limit
        self.max_age = max_age
        self.after: str | None = None
        self.pages: list[ListMachinesVirtualMachines] = []

    @property
    def read(self) -> int:
        return sum(len(page.nodes) for page in self.pages)

    @property
    def first(self) -> int:
        return PAGE if self.limit is None else min(PAGE, self.limit - self.read)

    def add(self, page: ListMachinesVirtualMachines | None) -> bool:
        """Returns True if another page must be read. Only the first page asks the clouds."""
        if page is None:  # its error was raised
            raise AssertionError("the gateway answered with neither machines nor an error")
        self.pages.append(page)
        self.max_age = None
        self.after = page.page_info.end_cursor
        return page.page_info.has_next_page and self.first > 0

    def result(self) -> Pages[MachineParts]:
        """One list of all pages. It is complete if every page is."""
        return Pages[MachineParts](
            nodes=[node for page in self.pages for node in page.nodes],
            total_count=self.pages[-1].total_count,
            complete=all(page.complete for page in self.pages),
            sources=self.pages[0].sources,
        )
