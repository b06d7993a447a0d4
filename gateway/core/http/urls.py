"""Splits and joins addresses safely. All modules use these functions, for every address.

``urllib.parse`` compares an authority that is not ASCII with its Unicode normal form (NFKC).
Sorting a run of combining marks takes time in proportion to the square of its length, in one call
during which no other thread of the process runs. So an address is checked before it is split.
Ruff's TID251 keeps other modules from the functions of ``urllib.parse``.

An address consists of ASCII characters (RFC 3986, section 2). This is required of its host: an
international name must have its ASCII form, as ``xn--mnchen-3ya.example`` (RFC 5890). Other
characters are allowed in a path, a query or a fragment, because nothing normalizes those.
"""

import re
from urllib.parse import SplitResult, urljoin, urlsplit

# RFC 9110, section 4.1: senders and recipients are to support at least 8,000 octets.
LONGEST_URL = 8_000  # characters
REMOVED = str.maketrans("", "", "\t\r\n")  # urllib.parse removes them wherever they are
END_OF_PATH = re.compile(r"[?#]")
# A text after two slashes may become the authority: libcloud joins the path of one address to
# another one, without its first slashes.
AUTHORITY = re.compile(r"//[^/\x80-\U0010ffff]*[^\x00-\x7f]")


class UnreadableURL(ValueError):
    """An address that is refused. The message gives the reason, in sentences."""


def split_url(url: str) -> SplitResult:
    """As ``urllib.parse.urlsplit``. Raises UnreadableURL, and ValueError as that does."""
    check_url(url)
    return urlsplit(url)


def join_url(base: str, url: str) -> str:
    """As ``urllib.parse.urljoin``. Raises UnreadableURL, and ValueError as that does."""
    check_url(base)
    check_url(url)
    return urljoin(base, url)


def check_url(url: str) -> None:
    """Raises UnreadableURL for an address that must not be split. Takes linear time."""
    if len(url) > LONGEST_URL:
        raise UnreadableURL(f"The address is longer than {LONGEST_URL} characters.")
    check_host(url)


def check_host(url: str) -> None:
    """Raises UnreadableURL for an address of any length whose host is not ASCII."""
    if url.isascii():
        return
    path_and_before = END_OF_PATH.split(url.translate(REMOVED), maxsplit=1)[0]
    if AUTHORITY.search(path_and_before):
        raise UnreadableURL(
            "The host of the address is not ASCII. An international name is written as xn--…"
        )
