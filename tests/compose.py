"""docker-compose.yml, read as `docker compose` reads it: merged, with its variables replaced.

services = load({"SECRET_KEY": ...})["services"]
"""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from gateway.run.options import ROOT

FILE = ROOT / "docker-compose.yml"
# $$ is a dollar; ${NAME}, ${NAME:-default} and ${NAME:?message} are variables.
VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<word>[^}]*))?\})")


class VariableMissingError(Exception):
    """A variable that has no default; the message is the file's own."""


def load(environment: Mapping[str, str]) -> dict[str, Any]:
    """The whole file. Raises VariableMissingError."""
    found: dict[str, Any] = _substituted(yaml.safe_load(FILE.read_text()), environment)
    return found


def required_variables() -> set[str]:
    """The variables without which no service starts."""
    found = VARIABLE.finditer(FILE.read_text())
    return {match["name"] for match in found if match["kind"] == "?"}


def _substituted(value: Any, environment: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _substituted(part, environment) for key, part in value.items()}
    if isinstance(value, list):
        return [_substituted(part, environment) for part in value]
    if isinstance(value, str):
        return VARIABLE.sub(lambda match: _value(match, environment), value)
    return value


def _value(match: re.Match[str], environment: Mapping[str, str]) -> str:
    if match["dollar"]:
        return "$"
    if given := environment.get(match["name"]):
        return given
    if match["kind"] == "?":
        raise VariableMissingError(f"{match['name']}: {match['word']}")
    return match["word"] or ""
