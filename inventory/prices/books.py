"""The price books of providers, as they are stored."""

from dataclasses import replace
from functools import lru_cache

from inventory.models import PriceBook, Provider
from inventory.prices.book import Book, read_book
from inventory.prices.document import DocumentError


def stored_book(provider: Provider) -> Book:
    """The provider's price book; an empty one if it has none."""
    stored = PriceBook.objects.filter(provider=provider).first()
    if stored is None:
        return Book()
    try:
        book = _book_of(stored.text)
    except DocumentError:
        return Book()  # of another release, whose rules differ: as if there were none
    return book if book.as_of or book.rate_date else replace(book, as_of=stored.set_at.date())


@lru_cache(64)
def _book_of(text: str) -> Book:
    """A stored book was valid when it was set, and days only pass."""
    return read_book(text)
