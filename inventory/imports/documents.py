"""JSON documents, from wherever they are named."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from inventory.imports.download import download
from inventory.imports.errors import ImportFailed
from inventory.providers.value_limits import MOST_JSON_MARKS, TOO_MANY_JSON, json_marks

STANDARD_INPUT = "-"
SPACE = re.compile(r"[ \t\r\n]*")
LARGEST_BYTES = 64 * 1024 * 1024  # some ten thousand repositories


@dataclass(frozen=True, kw_only=True)
class Document:
    """``origin`` names it to a person; ``data`` is what its JSON says."""

    origin: str
    data: Any


def read_documents(source: str, *, standard_input: BinaryIO) -> Iterator[Document]:
    """The documents of ``source``: a path, ``-``, or an http(s) address with all following pages.

    A text may be several documents, one after the other, as ``gh api --paginate`` writes pages:
    https://cli.github.com/manual/gh_api

    Raises:
        ImportFailed: it cannot be read, is too large, or is not JSON.
    """
    if source == STANDARD_INPUT:
        yield from _parsed("standard input", standard_input.read(LARGEST_BYTES + 1))
    elif "://" in source:
        for page in download(source):
            yield from _parsed(page.url, page.body)
    else:
        yield from _parsed(source, _contents(Path(source)))


def _contents(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise ImportFailed(f"{path}: {error.strerror or error}") from None


def _parsed(origin: str, body: bytes) -> list[Document]:
    """At least one document; of several, the origin says which one."""
    if len(body) > LARGEST_BYTES:
        raise ImportFailed(f"{origin} is larger than {LARGEST_BYTES >> 20} MiB.")
    if json_marks(body) > MOST_JSON_MARKS:
        raise ImportFailed(f"{origin} has too many values: {TOO_MANY_JSON}.")
    try:
        values = list(_values(body.decode(json.detect_encoding(body), "surrogatepass")))
    except RecursionError:
        raise ImportFailed(f"{origin} is JSON nested too deeply.") from None
    except ValueError as error:  # of the syntax, or of the text's encoding
        raise ImportFailed(f"{origin} is not JSON: {error}") from None
    if len(values) == 1:
        return [Document(origin=origin, data=values[0])]
    return [
        Document(origin=f"{origin}, document {number}", data=value)
        for number, value in enumerate(values, start=1)
    ]


def _values(text: str) -> Iterator[Any]:
    """The JSON values of a text, with white space between them. Raises ValueError."""
    decoder, at = json.JSONDecoder(), _after_space(text, 0)
    while True:
        value, at = decoder.raw_decode(text, at)
        yield value
        at = _after_space(text, at)
        if at == len(text):
            return


def _after_space(text: str, at: int) -> int:
    found = SPACE.match(text, at)
    return found.end() if found else at
