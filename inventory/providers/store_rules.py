"""The rules of an object store for names, keys and metadata. Each kind with buckets has these."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

SEPARATOR = "/"
MOST_NAME = 100  # characters: they are encoded twice in an address, which stores limit to 8 KB
PLAIN_NAME = re.compile(r"[A-Za-z0-9._ ()+=@-]*")
Problem = Callable[[str], str | None]
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class StoreRules:
    """Each function returns why the store does not take a text, in a sentence; None: it does.

    ``largest_upload``: the most bytes that one signed upload may have.
    """

    problem_of_bucket: Problem
    problem_of_key: Problem
    problem_of_metadata: Callable[[Pairs], str | None]
    largest_upload: int


def problem_of_length(text: str, longest: int, noun: str) -> str | None:
    """Why ``text`` is none of 1 to ``longest`` bytes in UTF-8 without NUL. ``noun``: "A key"."""
    try:
        length = len(text.encode())
    except UnicodeEncodeError:
        return f"{noun} must be text that UTF-8 can write."
    if not 1 <= length <= longest:
        return f"{noun} has 1 to {longest} bytes in UTF-8, not {length}."
    return f"{noun} has no NUL character." if "\x00" in text else None


def attachment(key: str) -> str:
    """The header Content-Disposition of a download: a browser saves the object under the end of its
    key, and does not open it, as a page with scripts. RFC 6266.
    """
    name = key.rpartition(SEPARATOR)[2][-MOST_NAME:]
    if not name:
        return "attachment"
    if PLAIN_NAME.fullmatch(name):
        return f'attachment; filename="{name}"'
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"


def problem_of_repeated(pairs: Pairs) -> str | None:
    names = [name for name, _value in pairs]
    return "A name of metadata is given twice." if len(set(names)) < len(names) else None


@dataclass(frozen=True, slots=True)
class MetadataRules:
    """The metadata of an object. ``name_rule``, ``value_rule``: the patterns, in a sentence."""

    name: re.Pattern[str]
    name_rule: str
    value: re.Pattern[str]
    value_rule: str
    most_bytes: int

    def problem_of(self, pairs: Pairs) -> str | None:
        """Why an object cannot have this metadata; None: it can."""
        if problem := problem_of_repeated(pairs):
            return problem
        for name, value in pairs:
            if not self.name.fullmatch(name):
                return self.name_rule
            if not self.value.fullmatch(value):
                return self.value_rule
        total = sum(len(name) + len(value.encode()) for name, value in pairs)
        if total > self.most_bytes:
            return f"Metadata has at most {self.most_bytes} bytes, not {total}."
        return None
