"""XML that somebody else wrote, and texts that it can hold."""

import re
from typing import Any

from libcloud.common.types import MalformedResponseError
from lxml import etree

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.failure_messages import NOT_XML, TOO_LARGE_TEXT
from inventory.providers.value_limits import check_xml

# libxml2's words for a text of more than 10 MB, in its releases before and since 2.13.
LIMIT = re.compile(r"XML_PARSE_HUGE|huge text node|Resource limit exceeded")
DOCUMENT_TYPE = b"<!DOCTYPE"  # XML is case-sensitive
# All but the characters of "Characters" in XML 1.0, w3.org/TR/xml, section 2.2.
UNFIT = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def harmless_parser(**options: Any) -> Any:
    """One that expands no entity, loads nothing, and bounds what a document can grow to.

    A parser serves one thread, so each document gets its own.
    """
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        **{"huge_tree": False, **options},
    )


def parsed(content: str | bytes) -> Any:
    """The root of a document. Raises MalformedResponseError for anything else."""
    document = content.encode() if isinstance(content, str) else content
    check_xml(document)
    try:
        return etree.fromstring(document, harmless_parser())
    except etree.XMLSyntaxError as error:
        if LIMIT.search(str(error)) is None:
            raise MalformedResponseError(NOT_XML) from None
    return _parsed_without_limits(document)


def _parsed_without_limits(document: bytes) -> Any:
    """A document with a text of more than 10 MB.

    Without libxml2's limits an entity in an attribute could grow without end, even if entities are
    not resolved. So the document must be UTF-8 without a document type, which declares entities.
    What is left can be as large as the answer, whose size the transport bounds.
    """
    try:
        document.decode()
    except UnicodeDecodeError:
        raise MalformedResponseError(TOO_LARGE_TEXT) from None
    if DOCUMENT_TYPE in document:
        raise MalformedResponseError(TOO_LARGE_TEXT)
    try:
        # The encoding is that which was checked, whatever the document declares.
        return etree.fromstring(document, harmless_parser(huge_tree=True, encoding="utf-8"))
    except etree.XMLSyntaxError as error:
        is_limit = LIMIT.search(str(error)) is not None
        raise MalformedResponseError(TOO_LARGE_TEXT if is_limit else NOT_XML) from None


def check_text(*texts: str) -> None:
    """Raises ProviderError for a text that XML has no way to hold, escaped or not."""
    for text in texts:
        if found := UNFIT.search(text):
            message = f"The character {found.group()!r} in {text[:40]!r} cannot be kept there."
            raise ProviderError(ProviderErrorCode.INVALID_REQUEST, message)
