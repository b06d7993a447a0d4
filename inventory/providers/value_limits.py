"""The number of values that an answer may have: each takes memory, even if it has few bytes.

Values are counted before they are parsed, by the characters that delimit them. Those characters in
texts count too, so the limits are far above what clouds send: the largest page, of 500 pods, has
about 400,000 marks.

Most that an accepted answer was measured to take when it is parsed, beside the body itself (Python
3.11, lxml 6): 185 MiB for JSON, which is a list of texts of one character that is not ASCII, and
240 MiB for XML, which is elements that texts follow. Without a limit, 62 MiB of empty lists took
1.9 GB.
"""

import re

from libcloud.common.types import MalformedResponseError

from inventory.providers.failure_messages import NOT_XML

JSON_MARKS, XML_MARKS = b"[{,:", b"<="
MOST_JSON_MARKS, MOST_XML_MARKS = 2_000_000, 1_000_000
TOO_MANY_JSON = f"over {MOST_JSON_MARKS:,} brackets, commas and colons"
TOO_MANY_XML = f"over {MOST_XML_MARKS:,} tags and attributes"
# Encodings in which the marks are those bytes. A document in another one is not read: in UTF-7, for
# example, they can be written otherwise.
FIRST_BYTES = b"<\xef\xfe\xff\x00 \t\r\n"  # of UTF-8, UTF-16 and UTF-32, with a mark or without
DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"'>]*)["']""")
PLAIN = re.compile(
    rb"utf-?(?:8|16|32)(?:[bl]e)?|(?:us-)?ascii|iso-8859-\d+|windows-125\d", re.IGNORECASE
)


def json_marks(piece: bytes) -> int:
    return _count(piece, JSON_MARKS)


def check_xml(document: bytes) -> None:
    """Raises MalformedResponseError for too many values, or an encoding that hides them."""
    declared = DECLARED.match(document)
    is_plain = declared is None or PLAIN.fullmatch(declared[1])
    if document[:1] not in FIRST_BYTES or not is_plain:
        raise MalformedResponseError(NOT_XML)
    if _count(document, XML_MARKS) > MOST_XML_MARKS:
        raise MalformedResponseError(f"The answer has too many values: {TOO_MANY_XML}.")


def _count(piece: bytes, marks: bytes) -> int:
    return len(piece) - len(piece.translate(None, marks))
