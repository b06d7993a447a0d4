"""How a kind of cloud is asked for a dry run, and how the cloud was shown not to act on one.

A kind whose ``check`` sends the request of an action declares this. The declaration has two uses:
docs/providers.md prints it, and ``transport`` refuses a request of a check that changes something
and does not carry the parameter.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs

import requests

from inventory.providers import retries

# RFC 9110, section 9.2.1: methods that change nothing.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Place(StrEnum):
    """The place in a request where a server reads the parameter."""

    QUERY = "in the query"
    FORM = "in the form"
    JSON = "in the JSON body"


@dataclass(frozen=True, slots=True)
class Parameter:
    """The parameter of a dry run, in the place where the server reads it for ``method``."""

    method: str
    place: Place
    name: str
    value: Any

    def is_in(self, request: requests.PreparedRequest) -> bool:
        if request.method != self.method:
            return False
        return _members(self.place, request).get(self.name) == self.value

    def __str__(self) -> str:
        value = self.value if isinstance(self.value, str) else json.dumps(self.value)
        return f"`{self.method}` with `{self.name}` = `{value}` {self.place.value}"


@dataclass(frozen=True, slots=True)
class DryRun:
    """``parameters``: empty if a check sends no request. ``evidence``: how the cloud was shown to
    honour the parameters, in Markdown for docs/providers.md. ``reads``: parameters of requests that
    read although their method may change something.
    """

    evidence: str
    parameters: tuple[Parameter, ...] = ()
    reads: tuple[Parameter, ...] = ()

    def allows(self, request: requests.PreparedRequest) -> bool:
        """True if the request cannot change anything."""
        is_dry = any(parameter.is_in(request) for parameter in self.parameters)
        return is_dry or is_read(request, self)


def is_read(request: requests.PreparedRequest, declared: DryRun | None) -> bool:
    """True if the request reads: by its method and query, or by the kind's declaration."""
    reads = declared.reads if declared is not None else ()
    is_safe = request.method in SAFE_METHODS and retries.reads_by_its_query(request)
    return is_safe or any(one.is_in(request) for one in reads)


def _members(place: Place, request: requests.PreparedRequest) -> Mapping[str, Any]:
    """The parameters of a request that stand at ``place``."""
    if place is Place.QUERY:
        return _single(request.path_url.partition("?")[2])
    body = request.body.decode() if isinstance(request.body, bytes) else str(request.body or "")
    if place is Place.FORM:
        return _single(body)
    try:
        parsed = json.loads(body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _single(encoded: str) -> dict[str, str]:
    """Names that occur once: which of two values counts is for the server to decide."""
    found = parse_qs(encoded, keep_blank_values=True)
    return {name: values[0] for name, values in found.items() if len(values) == 1}
