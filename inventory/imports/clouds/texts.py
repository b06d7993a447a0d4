"""Files as text, and text as YAML, JSON or INI.

No message quotes what is wrong: the line may hold a secret.
"""

import codecs
import configparser
import json
import math
from itertools import chain
from pathlib import Path
from typing import Any

import yaml
from yaml.reader import ReaderError

from inventory.imports.clouds.keys import shown
from inventory.imports.errors import ImportFailed

LARGEST_BYTES = 1024 * 1024  # a cloudmesh.yaml is 15 KiB
MOST_VALUES = 100_000
KEPT_TAGS = {"tag:yaml.org,2002:merge", "tag:yaml.org,2002:null"}


class TooManyValues(Exception):
    """A document whose aliases stand for more than is read."""


class TextLoader(yaml.SafeLoader):
    """Leaves every plain value the text that was written: a password of 0123 is no number."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in known if tag in KEPT_TAGS]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def get_single_node(self) -> yaml.Node | None:
        node: yaml.Node | None = super().get_single_node()
        if node is not None:
            _count_values(node, {})
        return node


def _count_values(node: yaml.Node, known: dict[int, float]) -> float:
    """How many values ``node`` has if each alias is replaced by its node.

    A few aliases of lists of aliases stand for billions, and merged mappings are copied. Raises
    TooManyValues for more than MOST_VALUES, or for an alias of a node that contains it.
    """
    if id(node) in known:
        return known[id(node)]
    known[id(node)] = math.inf  # until it is counted: an alias meets it only inside of itself
    parts = node.value if isinstance(node, yaml.CollectionNode) else []
    nodes = chain.from_iterable(parts) if isinstance(node, yaml.MappingNode) else parts
    count = 1 + sum(_count_values(one, known) for one in nodes)
    if count > MOST_VALUES:
        raise TooManyValues
    known[id(node)] = count
    return count


def read_text(path: Path) -> str:
    """The text, with any ends of lines. A mark of the byte order is left out.

    Raises ImportFailed: it cannot be read, is empty, too large, or no text.
    """
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST_BYTES + 1)
    except PermissionError:
        message = f"{path}: permission denied. Run the command as a user who may read the file."
        raise ImportFailed(message) from None
    except OSError as error:
        raise ImportFailed(f"{path}: {error.strerror or error}") from None
    if len(body) > LARGEST_BYTES:
        raise ImportFailed(f"{path} is larger than {LARGEST_BYTES >> 20} MiB.")
    return _decoded(path, body)


def _decoded(path: Path, body: bytes) -> str:
    utf_16 = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # as PowerShell writes
    try:
        text = body.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise ImportFailed(f"{path} is not text in UTF-8: see line {line}.") from None
    if not text.strip():
        raise ImportFailed(f"{path} is empty.")
    return text


def parse_yaml(text: str, *, origin: str) -> Any:
    """Raises ImportFailed with the line at fault."""
    try:
        return yaml.load(text, Loader=TextLoader)  # noqa: S506 - a SafeLoader that knows less
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" in line {mark.line + 1}" if mark else ""
        raise ImportFailed(f"{origin} is not YAML: something is wrong{where}.") from None
    except TooManyValues:
        message = f"{origin} has, with its aliases, more than {MOST_VALUES:,} values."
        raise ImportFailed(message) from None
    except ReaderError as error:  # a character that YAML forbids
        line = text.count("\n", 0, error.position) + 1
        raise ImportFailed(f"{origin} is not YAML: something is wrong in line {line}.") from None
    except (yaml.YAMLError, ValueError):  # a tagged value that lies
        raise ImportFailed(f"{origin} is not YAML.") from None
    except RecursionError:
        raise ImportFailed(f"{origin} is YAML nested too deeply.") from None


def parse_json(text: str, *, origin: str) -> Any:
    """Raises ImportFailed with the line at fault."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        message = f"{origin} is not JSON: something is wrong in line {error.lineno}."
        raise ImportFailed(message) from None
    except RecursionError:
        raise ImportFailed(f"{origin} is JSON nested too deeply.") from None


def parse_ini(text: str, *, origin: str) -> dict[str, dict[str, str]]:
    """Section → key → value, as the AWS tools read them. Raises ImportFailed."""
    # No section gives defaults to the others: "[DEFAULT]" is a profile like any.
    parser = configparser.RawConfigParser(default_section="")
    try:
        parser.read_string(text)
    except configparser.DuplicateOptionError as error:
        raise ImportFailed(_twice(origin, shown(error.option), error.lineno)) from None
    except configparser.DuplicateSectionError as error:
        raise ImportFailed(_twice(origin, f"[{error.section}]", error.lineno)) from None
    except configparser.MissingSectionHeaderError as error:
        raise ImportFailed(f"{origin} has no [section] above line {error.lineno}.") from None
    except configparser.ParsingError as error:
        where = "".join(f" in line {number}" for number, _ in getattr(error, "errors", [])[:1])
        raise ImportFailed(f"{origin} is not INI: something is wrong{where}.") from None
    return {section: dict(parser[section]) for section in parser.sections()}


def _twice(origin: str, name: str, line: int | None) -> str:
    return f"{origin} has {name} twice, for the second time in line {line}."
