"""XML that somebody else wrote, and texts that it can hold."""

import re
from typing import Any

from lxml import etree

from inventory.providers.exceptions import ProviderError, ProviderErrorCode

# All but the characters of "Characters" in XML 1.0, w3.org/TR/xml, section 2.2.
UNFIT = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def harmless_parser() -> Any:
    """One that expands no entity, loads nothing, and bounds what a document can grow to.

    A parser serves one thread, so each document gets its own.
    """
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def check_text(*texts: str) -> None:
    """Raises ProviderError for a text that XML has no way to hold, escaped or not."""
    for text in texts:
        if found := UNFIT.search(text):
            message = f"The character {found.group()!r} in {text[:40]!r} cannot be kept there."
            raise ProviderError(ProviderErrorCode.INVALID_REQUEST, message)
