"""The pages of a listing, for every kind that follows pages itself."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from inventory.providers.exceptions import ProviderError, ProviderErrorCode

P = TypeVar("P")

MOST_PAGES = 5_000  # of one listing; more are a list without an end
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
