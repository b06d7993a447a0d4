"""Records the texts that Python normalizes: its time grows with the square of a run of marks."""

import unicodedata

import pytest

SIZES = (4_000, 8_000, 16_000)  # marks
UNREADABLE = "ASCII|longer than"
MARKS = "\u0301\u0316"  # in the order that is not the normal one
every_size = pytest.mark.parametrize("size", SIZES)


@pytest.fixture
def normalized(monkeypatch):
    """The lengths of the texts with such marks that Python was asked to normalize."""
    lengths, plain = [], unicodedata.normalize

    def normalize(form, text):
        if MARKS in text:
            lengths.append(len(text))
        return plain(form, text)

    monkeypatch.setattr(unicodedata, "normalize", normalize)
    return lengths


def host_of(size):
    """A host of so many marks."""
    return f"a{MARKS * (size // 2)}z"


def in_header(text):
    """The text of a header that a server sends in UTF-8."""
    return text.encode().decode("latin-1")
