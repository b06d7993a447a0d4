"""The mark of an order at the end of a text, for objects whose cloud keeps no tags of them.

A key pair has it in the comment of its public key, a security group in its description. The text is
part of the request that creates the object, and each list shows it. A record shows the text without
the mark, and the mark as the tag that other kinds set.
"""

import re

from inventory.providers.order_marker import MARKER_TAG

Tags = tuple[tuple[str, str], ...]
MARKED = re.compile(rf"(?:(.*)\s)?{MARKER_TAG}=(\S{{1,64}})", re.DOTALL)
ROOM = len(f" {MARKER_TAG}=") + 36  # characters; a job's id is a UUID


def with_mark(text: str, mark: str) -> str:
    return f"{text} {MARKER_TAG}={mark}".strip()


def without_mark(text: str) -> tuple[str, Tags]:
    """The text as it was given, and the tags that its end stands for."""
    found = MARKED.fullmatch(text)
    if found is None:
        return text, ()
    return found[1] or "", ((MARKER_TAG, found[2]),)
