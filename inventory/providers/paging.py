"""The pages of a listing, for every kind that follows pages itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from libcloud.common.types import MalformedResponseError

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.reading import Reading

P = TypeVar("P")
T = TypeVar("T")

MOST_PAGES = 5_000  # of one listing; more are a list without an end
LISTINGS = 3  # of a list that changes between its pages
REPEATED = (
    "The list of the cloud does not end: page {number} names as its next page one that was read "
    "before."
)
ENDLESS = "The list of the cloud does not end: it has more than {most} pages."
# Refusals of a page after the first one, whose other parameters the server has accepted before.
LOST = frozenset({ProviderErrorCode.INVALID_REQUEST, ProviderErrorCode.NOT_FOUND})
CHANGED = f"The list changed while it was read, {LISTINGS} times."
TOO_SHORT = "The cloud reports {total} objects and lists {count} of them."


def each_page(
    read: Callable[[str | None], P], next_token: Callable[[P], str | None]
) -> Iterator[P]:
    """Every page of one listing. A page that fails fails the listing.

    ``read`` returns the page of a token, and the first page for None. ``next_token`` returns the
    token of the page after the given one, or None after the last page.
    Raises ProviderError, not retryable, for a token that was returned before and above MOST_PAGES.
    Raises PageLost if the server does not know the page of a token any more.
    """
    seen: set[str] = set()
    token = None
    for number in range(1, MOST_PAGES + 1):
        page = _page(read, token)
        yield page
        token = next_token(page)
        if token is None:
            return
        if token in seen:
            raise _endless(REPEATED.format(number=number))
        seen.add(token)
    raise _endless(ENDLESS.format(most=MOST_PAGES))


def _page(read: Callable[[str | None], P], token: str | None) -> P:
    try:
        return read(token)
    except ProviderError as error:
        if token is None or error.code not in LOST:
            raise
        raise PageLost(error) from None


class PageLost(ProviderError):
    """The server refuses a page that the page before it has named.

    The token of a page may be the id of the last object before it. If this object is deleted
    meanwhile, nova answers 400 "marker [...] not found"; glance does so too.
    """

    def __init__(self, error: ProviderError) -> None:
        super().__init__(
            error.code,
            error.message,
            retry_after=error.retry_after,
            word=error.word,
            status=error.status,
        )
        self.retryable, self.is_final = error.retryable, error.is_final


def restarted(read: Callable[[], Iterable[T]]) -> list[T]:
    """All objects of a listing, read again from its first page if a page is lost.

    Raises ProviderError, retryable, if a page was lost during each of LISTINGS attempts.
    """
    reason = ""
    for _ in range(LISTINGS):
        try:
            return list(read())
        except PageLost as lost:
            reason = lost.message
    raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, f"{CHANGED} {reason}")


def _endless(message: str) -> ProviderError:
    return ProviderError(ProviderErrorCode.PROVIDER_ERROR, message, retryable=False)


class NumberedPage(NamedTuple):
    """``total``: the objects of all pages together; None if the cloud does not report it."""

    items: list[Any]
    total: int | None


def unchanged_list(read: Callable[[], Iterable[NumberedPage]]) -> list[Any]:
    """The objects of a list whose pages are numbered, read again if its total changes in between.

    An object that is removed moves all that follow it to the front, so that one of them may be on
    none of the pages. Raises ProviderError if the list changed during each of LISTINGS attempts,
    and if the pages have fewer objects than their total.
    """
    message = ""
    for _ in range(LISTINGS):
        try:
            pages = list(read())
        except PageLost:
            message = CHANGED
            continue
        items = [item for page in pages for item in page.items]
        totals = {page.total for page in pages if page.total is not None}
        total = max(totals, default=0)
        if len(totals) <= 1 and len(items) >= total:
            return items
        message = CHANGED if len(totals) > 1 else TOO_SHORT.format(total=total, count=len(items))
    raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)


def total_of(body: Mapping[str, Any], *names: str) -> int | None:
    """The number there; None if it is absent. Raises MalformedResponseError for anything else."""
    found = Reading(body)
    total = found.number(*names)
    if found.problem:
        raise MalformedResponseError(found.problem)
    return total
