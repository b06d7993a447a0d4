"""One rule makes upper and lower case and all normal forms of a text equal."""

import sys
import unicodedata
from types import SimpleNamespace

import pytest

from gateway.core import folding
from gateway.core.folding import contains, folded

ALIKE = [
    ("Überserver", "ÜBERSERVER", "überserver", unicodedata.normalize("NFD", "überserver")),
    ("straße", "STRASSE", "Straße", "STRA\u1e9eE"),
    ("İSTANBUL", "istanbul", "ISTANBUL", "\u0131stanbul", "i\u0307stanbul"),
    ("ΣΊΣΥΦΟΣ", "σίσυφος", "σίσυφοσ"),
    ("Ⅷ", "viii"),
    ("ﬁle", "FILE"),
    ("\uff57\uff45\uff42", "WEB"),
    ("ДЕЛО", "дело"),
    ("a\u0323\u0307", "A\u0307\u0323"),  # marks in another order
]
UNLIKE = [("resume", "résumé"), ("uber", "über"), ("a_b", "axb"), ("a%b", "axxb"), ("l", "I")]


@pytest.mark.parametrize("spellings", ALIKE, ids=ascii)
def test_spellings_of_one_text(spellings):
    assert len({folded(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_other_texts(one, other):
    assert folded(one) != folded(other)


def test_folding_twice_changes_nothing_and_case_and_form_do_not_matter():
    """Every character that Unicode assigns."""
    for text in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.category(text) in {"Cn", "Co", "Cs"}:
            continue
        code = ord(text)
        once = folded(text)
        assert folded(once) == once, hex(code)
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            assert folded(unicodedata.normalize(form, text)) == once, hex(code)
        if len(text.upper()) == 1:  # where upper case is a letter of its own
            assert folded(text.upper()) == once or text.upper().lower() != text, hex(code)


def test_no_character_is_a_mark_beyond_those_that_are_counted():
    """This holds for this release of Unicode, and for those of later Pythons."""
    for code in range(sys.maxunicode + 1):
        if code not in folding.MARKS:
            first = unicodedata.normalize("NFKD", chr(code))[0]
            assert unicodedata.combining(first) == 0, hex(code)


@pytest.mark.parametrize("mark", ["\u0301\u0316", "\u0f73", "\u0344", "\U0001e94a\u0301"])
def test_a_long_run_of_marks_takes_time_in_proportion_to_its_length(mark, monkeypatch):
    """A text normalized in one call has no more marks in a row than Unicode allows in streams."""
    seen = []

    def normalize(form, text):
        seen.append(text)
        return unicodedata.normalize(form, text)

    text = "a" + mark * 50_000
    folding._marks()
    monkeypatch.setattr(folding, "unicodedata", SimpleNamespace(normalize=normalize))
    once = folded(text)

    assert folded(once) == once
    assert len(once) > 50_000
    for given in seen:
        assert max(map(len, given.split(folding.JOINER))) <= folding.MOST_MARKS + 1


def test_what_is_searched_is_bounded():
    assert contains("x" * 9_999 + "y", "y")
    assert not contains("x" * 10_000 + "y", "y")


def test_contains():
    assert contains("Überserver-Ärger", "ÄRGER")
    assert contains("anything", "")
    assert not contains("web", "wéb")
