"""XML that somebody else wrote, and texts that it can hold."""

import re
from typing import Any

from libcloud.common.types import MalformedResponseError
from lxml import etree

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.failure_messages import NOT_XML, TOO_LARGE_TEXT

# libxml2's words for a text of more than 10 MB, in its releases before and since 2.13.
LIMIT = re.compile(r"XML_PARSE_HUGE|huge text node|Resource limit exceeded")
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


def parsed(content: str | bytes) -> Any:
    """The root of a document. Raises MalformedResponseError for anything else."""
    try:
        document = content.encode() if isinstance(content, str) else content
        return etree.fromstring(document, harmless_parser())
    except etree.XMLSyntaxError as error:
        is_limit = LIMIT.search(str(error)) is not None
        raise MalformedResponseError(TOO_LARGE_TEXT if is_limit else NOT_XML) from None


def check_text(*texts: str) -> None:
    """Raises ProviderError for a text that XML has no way to hold, escaped or not."""
    for text in texts:
        if found := UNFIT.search(text):
            message = f"The character {found.group()!r} in {text[:40]!r} cannot be kept there."
            raise ProviderError(ProviderErrorCode.INVALID_REQUEST, message)
