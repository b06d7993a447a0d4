"""The pages of a listing, for every kind that follows pages itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol, TypeVar

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
IDS = ("id", "slug", "name")  # the first one that an object has identifies it in its list
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


class CountedPage(Protocol):
    """``total``: the objects of all pages together; None if the cloud does not report it."""

    @property
    def items(self) -> list[Any]: ...

    @property
    def total(self) -> int | None: ...


class NumberedPage(NamedTuple):
    """``total``: the objects of all pages together; None if the cloud does not report it."""

    items: list[Any]
    total: int | None


def unchanged_list(read: Callable[[], Iterable[NumberedPage]]) -> list[Any]:
    """The objects of a list whose pages are numbered, once two readings agree.

    An object that is removed moves all that follow it to the front, so that one of them may be on
    none of the pages. The total does not show this if another object is added meanwhile. So a list
    of more than one page is read again: if each page but the last has the same objects in the same
    order, no object has moved to a page that was read before.
    Raises ProviderError if no reading was confirmed in LISTINGS further ones, and if the pages have
    fewer objects than their total.
    """
    known: list[NumberedPage] = []
    message = CHANGED
    for _ in range(LISTINGS + 1):
        pages: list[NumberedPage] = []
        try:
            for page in read():
                pages.append(page)
                if len(known) > 1 and _ids(pages) == _ids(known[:-1]):
                    return _items(known)
        except PageLost:
            known, message = [], CHANGED
            continue
        problem = _problem(pages)
        if problem is None and len(pages) <= 1:
            return _items(pages)
        known, message = ([], problem) if problem else (pages, CHANGED)
    raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)


def counted_list(read: Callable[[], Iterable[CountedPage]]) -> tuple[list[Any], str | None]:
    """The objects of a list whose pages follow a cursor and report its total; and why some are
    missing, None if they are as many as the total.

    A list that is shorter than its total, or changed between its pages, is read again from its
    first page. Raises ProviderError as ``restarted`` does.
    """
    pages = restarted(read)
    for _ in range(LISTINGS - 1):
        if _problem(pages) is None:
            break
        pages = restarted(read)
    return _items(pages), _problem(pages)


def _problem(pages: Iterable[CountedPage]) -> str | None:
    """Why the totals of the pages show that the list is not complete."""
    totals = {page.total for page in pages if page.total is not None}
    if len(totals) > 1:
        return CHANGED
    total, count = max(totals, default=0), len(_items(pages))
    return TOO_SHORT.format(total=total, count=count) if count < total else None


def _items(pages: Iterable[CountedPage]) -> list[Any]:
    return [item for page in pages for item in page.items]


def _ids(pages: Iterable[NumberedPage]) -> list[list[str]]:
    return [[_id(item) for item in page.items] for page in pages]


def _id(item: Any) -> str:
    """Equal for two readings of one object, also if the object was changed in between."""
    if isinstance(item, Mapping):
        for name in IDS:
            if item.get(name) is not None:
                return f"{name} {item[name]!r}"
    return repr(item)


def total_of(body: Mapping[str, Any], *names: str) -> int | None:
    """The number there; None if it is absent. Raises MalformedResponseError for anything else."""
    found = Reading(body)
    total = found.number(*names)
    if found.problem:
        raise MalformedResponseError(found.problem)
    return total
