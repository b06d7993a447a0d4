"""Files as text, and text as YAML, JSON or INI.

No message quotes what is wrong: the line may hold a secret.
"""

import configparser
import json
import math
from itertools import chain
from pathlib import Path
from typing import Any

import yaml
from yaml.reader import ReaderError

from inventory.imports.clouds.contents import Unreadable, contents, decoded
from inventory.imports.clouds.values import shown
from inventory.imports.errors import ImportFailed

MOST_VALUES = 100_000
TAG = "tag:yaml.org,2002:"
KEPT_TAGS = {f"{TAG}merge", f"{TAG}null"}


class TooManyValues(Exception):
    """A document whose aliases stand for more than is read."""


class KeyTwice(Exception):
    """A mapping with two values under one key, the second in ``line`` if that is known."""

    def __init__(self, key: str, line: int | None = None) -> None:
        super().__init__(key)
        self.key, self.line = key, line


class TextLoader(yaml.SafeLoader):
    """Leaves every plain value the text that was written: a password of 0123 is no number."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in known if tag in KEPT_TAGS]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    # A tag that is written out: "!!bool" and "!!int" say nothing of a text that is left as it is.
    # Others, such as "!!binary", and what each makes of a value that it does not fit, are refused.
    yaml_constructors = {
        tag: yaml.SafeLoader.yaml_constructors[tag]
        for tag in (None, *(f"{TAG}{name}" for name in ("str", "null", "seq", "map")))
    } | {f"{TAG}{name}": yaml.SafeLoader.construct_yaml_str for name in ("bool", "int", "float")}

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
    if isinstance(node, yaml.MappingNode):
        _require_single_keys(node)
    known[id(node)] = math.inf  # until it is counted: an alias meets it only inside of itself
    parts = node.value if isinstance(node, yaml.CollectionNode) else []
    nodes = chain.from_iterable(parts) if isinstance(node, yaml.MappingNode) else parts
    count = 1 + sum(_count_values(one, known) for one in nodes)
    if count > MOST_VALUES:
        raise TooManyValues
    known[id(node)] = count
    return count


def _require_single_keys(node: yaml.MappingNode) -> None:
    """YAML would take the last of two values. Raises KeyTwice."""
    seen = set()
    for key, _value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag == f"{TAG}merge":
            continue
        if key.value in seen:
            raise KeyTwice(key.value, key.start_mark.line + 1)
        seen.add(key.value)


def _single_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. Raises KeyTwice."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise KeyTwice(key)
        found[key] = value
    return found


def read_text(path: Path) -> str:
    """The text of a file that the command names, with any ends of lines. A mark of the byte order
    is left out.

    Raises ImportFailed: it cannot be read, is empty, too large, or no text.
    """
    try:
        return decoded(contents(path, pipes=True))
    except Unreadable as reason:
        raise ImportFailed(f"{path}{reason}") from None


def parse_yaml(text: str, *, origin: str) -> Any:
    """Raises ImportFailed with the line at fault."""
    try:
        return yaml.load(text, Loader=TextLoader)  # noqa: S506 - a SafeLoader that knows less
    except KeyTwice as twice:
        raise ImportFailed(_twice(origin, shown(twice.key), twice.line)) from None
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
    except (yaml.YAMLError, ValueError):  # a character above Unicode's last
        raise ImportFailed(f"{origin} is not YAML.") from None
    except RecursionError:
        raise ImportFailed(f"{origin} is YAML nested too deeply.") from None


def parse_json(text: str, *, origin: str) -> Any:
    """Raises ImportFailed with the line at fault."""
    try:
        return json.loads(text, object_pairs_hook=_single_keys)
    except KeyTwice as twice:
        raise ImportFailed(_twice(origin, shown(twice.key), twice.line)) from None
    except json.JSONDecodeError as error:
        message = f"{origin} is not JSON: something is wrong in line {error.lineno}."
        raise ImportFailed(message) from None
    except ValueError:  # a number of more digits than Python reads
        raise ImportFailed(f"{origin} is not JSON that can be read.") from None
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
    where = f", for the second time in line {line}" if line else ""
    return f"{origin} has {name} twice{where}."
