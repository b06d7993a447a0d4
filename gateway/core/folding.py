"""Text compared without regard to case and to Unicode normal form: the one rule of the gateway.

The rule is Unicode's compatibility caseless matching (The Unicode Standard, chapter 3, definition
D146): ``STRASSE`` matches ``straße``, and a letter with a combining accent matches the composed
letter. Accents are not ignored. Turkish pairs the capital I with the dotless small i, and the
dotted capital I with the small i. The language of a text is not known, so all four are one letter.

SQLite compares without case in ASCII alone and PostgreSQL by its locale, so neither compares by
itself: the folded text is stored in a column of its own (``gateway.core.folded_field``), and what
is searched for is folded before it is sent.
"""

import re
import unicodedata
from functools import cache

COMBINING_DOT = "\u0307"  # what is left of the dotted capital I when it is folded
DOTLESS_I = "\u0131"
# Unicode's Stream-Safe Text Format (UAX #15, section 13): of more marks than this in a row, a
# joiner that is not shown separates each so many. To put a run of marks in order takes time in
# proportion to the square of its length, during which Python runs no other thread.
MOST_MARKS = 30
JOINER = "\u034f"
SHORT = 1_000  # characters; a run as long is put in order within milliseconds
MARKS = range(0x300, 0x1E950)  # code points; Unicode 16 has no mark beyond
LONGEST_SEARCHED = 10_000  # characters


def folded(text: str) -> str:
    """Equal for texts that differ only in case or normal form. Folding twice changes nothing.

    Takes time in proportion to the length of the text.
    """
    if text.isascii():
        return text.lower()
    if len(text) > SHORT:
        text = _with_joiners(text)
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = plain.replace(f"i{COMBINING_DOT}", "i").replace(DOTLESS_I, "i")
    return unicodedata.normalize("NFKC", plain)


def _with_joiners(text: str) -> str:
    run, pairs = _marks()
    return run.sub(rf"\g<0>{JOINER}", text.translate(pairs))


@cache
def _marks() -> tuple[re.Pattern[str], dict[int, str]]:
    """MOST_MARKS marks that another one follows; and the characters that are two marks."""
    marks = [one for one in map(chr, MARKS) if _begins_with_a_mark(one)]
    decomposed = {ord(one): unicodedata.normalize("NFKD", one) for one in marks}
    pairs = {code: text for code, text in decomposed.items() if len(text) > 1}
    one_of_them = f"[{''.join(marks)}]"
    return re.compile(f"{one_of_them}{{{MOST_MARKS}}}(?={one_of_them})"), pairs


def _begins_with_a_mark(character: str) -> bool:
    return unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) != 0


def contains(text: str, part: str) -> bool:
    """Whether ``part`` is contained in ``text``, in its first LONGEST_SEARCHED characters.

    An empty ``part`` always is.
    """
    return folded(part) in folded(text[:LONGEST_SEARCHED])
