"""The pages of a listing, for every kind that follows pages itself."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from inventory.providers.exceptions import ProviderError, ProviderErrorCode

P = TypeVar("P")

MOST_PAGES = 5_000  # of one listing; more are a list without an end
LISTINGS = 3  # of a list that changes between its pages
REPEATED = (
    "The list of the cloud does not end: page {number} names as its next page one that was read "
    "before."
)
ENDLESS = "The list of the cloud does not end: it has more than {most} pages."


def each_page(
    read: Callable[[str | None], P], next_token: Callable[[P], str | None]
) -> Iterator[P]:
    """Every page of one listing. A page that fails fails the listing.

    ``read`` returns the page of a token, and the first page for None. ``next_token`` returns the
    token of the page after the given one, or None after the last page.
    Raises ProviderError, not retryable, for a token that was returned before and above MOST_PAGES.
    """
    seen: set[str] = set()
    token = None
    for number in range(1, MOST_PAGES + 1):
        page = read(token)
        yield page
        token = next_token(page)
        if token is None:
            return
        if token in seen:
            raise _endless(REPEATED.format(number=number))
        seen.add(token)
    raise _endless(ENDLESS.format(most=MOST_PAGES))


def _endless(message: str) -> ProviderError:
    return ProviderError(ProviderErrorCode.PROVIDER_ERROR, message, retryable=False)


def unchanged_list(read: Callable[[], Iterable[P]], total_of: Callable[[P], int | None]) -> list[P]:
    """The pages of a list whose pages are numbered, read again if its total changes in between.

    An object that is removed moves all that follow it to the front, so that one of them may be on
    none of the pages. ``total_of`` returns the total that a page names, or None.
    Raises ProviderError if the list changed during each of LISTINGS attempts.
    """
    for _ in range(LISTINGS):
        pages = list(read())
        totals = {total for total in map(total_of, pages) if total is not None}
        if len(totals) <= 1:
            return pages
    message = f"The list changed while it was read, {LISTINGS} times."
    raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
