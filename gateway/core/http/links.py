"""The ``Link`` header of a reply: which page follows.

RFC 8288, section 3: ``<address>; name="value"``, several of them with commas between; an address
and a quoted value may have commas and semicolons too, and ``rel`` may have several words.
"""

import re

LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[\w*-]+(?:\s*=\s*(?:"[^"]*"|[^\s;,"]+))?)*)')
NEXT = re.compile(r';\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?=\s|;|$))', re.IGNORECASE)
WORD = re.compile(r"\bnext\b", re.IGNORECASE)


def next_link(header: str) -> str | None:
    """The address with ``rel="next"``; None: there is none.

    Raises ValueError for a header that seems to name one and cannot be read: it would be lost.
    """
    links = LINK.findall(header)
    if not links and WORD.search(header):
        raise ValueError("The Link header cannot be read.")
    return next((address for address, given in links if NEXT.search(given)), None)
