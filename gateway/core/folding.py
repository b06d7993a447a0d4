"""Text compared without regard to case and to Unicode normal form: the one rule of the gateway.

The rule is Unicode's compatibility caseless matching (The Unicode Standard, chapter 3, definition
D146): ``STRASSE`` matches ``straße``, and a letter with a combining accent matches the composed
letter. Accents are not ignored. Turkish pairs the capital I with the dotless small i, and the
dotted capital I with the small i. The language of a text is not known, so all four are one letter.

SQLite compares without case in ASCII alone and PostgreSQL by its locale, so neither compares by
itself: the folded text is stored in a column of its own (``gateway.core.folded_field``), and what
is searched for is folded before it is sent.
"""

import unicodedata

COMBINING_DOT = "\u0307"  # what is left of the dotted capital I when it is folded
DOTLESS_I = "\u0131"


def folded(text: str) -> str:
    """Equal for texts that differ only in case or normal form. Folding twice changes nothing."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = plain.replace(f"i{COMBINING_DOT}", "i").replace(DOTLESS_I, "i")
    return unicodedata.normalize("NFKC", plain)


def contains(text: str, part: str) -> bool:
    """Whether ``part`` is contained in ``text``. An empty ``part`` always is."""
    return folded(part) in folded(text)
