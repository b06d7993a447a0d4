"""YAML as texts with the line of each: no tags, no aliases, and bounded in size and depth.

A value stays the text that was written, so that 0.1 is exactly that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

MOST_CHARACTERS = 32_768
MOST_ENTRIES = 2_000
MOST_DEPTH = 4
SHOWN = 40  # characters of a text in a message


class DocumentError(Exception):
    """The error, and its line, from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"Line {line}: {problem}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Entry:
    """A value: a text, or entries by their keys. ``name``: where it is, as prices.vcpu."""

    line: int
    name: str
    text: str | None = None
    entries: Mapping[str, "Entry"] = field(default_factory=dict)

    @property
    def is_mapping(self) -> bool:
        return self.text is None

    def wrong(self, problem: str) -> DocumentError:
        return DocumentError(self.line, f"{self.name} {problem}")


def read_document(text: str) -> Entry:
    """The mapping that the document is. Raises DocumentError."""
    if len(text) > MOST_CHARACTERS:
        raise DocumentError(1, f"the document has more than {MOST_CHARACTERS:,} characters.")
    try:
        events = _bounded(yaml.parse(text, Loader=yaml.SafeLoader))
        first = next(events, None)
        if first is None:
            raise DocumentError(1, "the document is empty.")
        found = _entry(first, events, "the document")
        following = next(events, None)
    except yaml.YAMLError as error:
        raise DocumentError(_line_of(error, text), f"this is no YAML: {_reason(error)}.") from None
    if following is not None:
        raise DocumentError(_line(following), "there is a second document.")
    if not found.is_mapping:
        raise DocumentError(found.line, "the document is no mapping of keys to values.")
    return found


def _bounded(events: Iterator[Any]) -> Iterator[Any]:
    """The events of nodes. Raises DocumentError for unsupported YAML."""
    depth = 0
    for number, event in enumerate(events):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise DocumentError(_line(event), "anchors and aliases are not accepted.")
        if getattr(event, "tag", None):
            raise DocumentError(_line(event), "tags are not accepted.")
        if isinstance(event, yaml.SequenceStartEvent):
            raise DocumentError(_line(event), "there is a list; a price book has none.")
        depth += isinstance(event, yaml.MappingStartEvent) - isinstance(event, yaml.MappingEndEvent)
        if depth > MOST_DEPTH:
            raise DocumentError(_line(event), f"it is deeper than {MOST_DEPTH} levels.")
        if number > 2 * MOST_ENTRIES:
            raise DocumentError(_line(event), f"there are more than {MOST_ENTRIES:,} entries.")
        if isinstance(event, yaml.NodeEvent | yaml.MappingEndEvent):
            yield event


def _entry(event: Any, events: Iterator[Any], name: str) -> Entry:
    """The node that begins with ``event``; as deep as ``_bounded`` lets it be."""
    if isinstance(event, yaml.ScalarEvent):
        return Entry(_line(event), name, event.value.strip())
    entries: dict[str, Entry] = {}
    for key in events:
        if isinstance(key, yaml.MappingEndEvent):
            break
        if not isinstance(key, yaml.ScalarEvent):
            raise DocumentError(_line(key), "a key is no text.")
        if key.value in entries:
            raise DocumentError(_line(key), f"{shown(key.value)} is given twice.")
        inner = key.value if name == "the document" else f"{name}.{key.value}"
        found = _entry(next(events), events, shown(inner))
        entries[key.value] = replace(found, line=_line(key))
    return Entry(_line(event), name, None, entries)


def shown(text: str) -> str:
    """A text of the document, bounded, for a message."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _line_of(error: yaml.YAMLError, text: str) -> int:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return int(mark.line) + 1
    position = getattr(error, "position", 0)  # of a character that YAML does not take
    return text.count("\n", 0, position) + 1


def _reason(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None)
    return shown(str(problem)) if problem else "it cannot be read"
