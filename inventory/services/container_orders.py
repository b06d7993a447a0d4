"""A container that somebody wants to deploy, judged before there is a job."""

import ipaddress
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.core.errors import InvalidInput
from inventory.models import Provider
from inventory.services.actions import require_region
from inventory.services.tags import MOST_TAGS_OF_NEW, clean_tags
from inventory.types import PortRecord
from jobs.api import Secret

# Docker's own rule. A cluster's rule is stricter; the cluster itself reports a violation.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,252}")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,255}")
PROTOCOLS = ("tcp", "udp", "sctp")
LONGEST_IMAGE = 500
MOST_ITEMS = 200  # words of a command, variables, ports
LEAST_MEMORY = 6  # MiB; Docker starts nothing with less
MOST_MEMORY = 64 * 1024 * 1024  # MiB


@dataclass(frozen=True, slots=True)
class DeployRequest:
    """A container to be deployed. ``environment`` may hold secrets; ``memory`` is in MiB."""

    name: str
    image: str
    command: Sequence[str] = ()
    environment: Sequence[tuple[str, str]] = ()
    ports: Sequence[PortRecord] = ()
    labels: Sequence[tuple[str, str]] = ()
    memory: int | None = None
    region: str | None = None


def deploy_arguments(provider: Provider, request: DeployRequest) -> dict[str, Any]:
    """The arguments of the job. Raises InvalidInput, and NotFound for an unconnected region."""
    require_region(provider, request.region)
    labels = clean_tags(request.labels, field="labels", most=MOST_TAGS_OF_NEW)
    return {
        "name": _matching(NAME, request.name.strip(), "name"),
        "image": _image(request.image.strip()),
        "command": _few(request.command, "command"),
        # Passwords stand there.
        "environment": Secret(json.dumps(_variables(request.environment))),
        "ports": [list(port) for port in _ports(request.ports)],
        "labels": list(labels.items()),
        "memory": _memory(request.memory),
        "region": request.region,
    }


def _matching(pattern: re.Pattern[str], value: str, field: str) -> str:
    if not pattern.fullmatch(value):
        message = f"{value[:60]!r} cannot be a {field}: letters, digits, and _ . - in between."
        raise InvalidInput(message, field=field)
    return value


def _image(image: str) -> str:
    if not 1 <= len(image) <= LONGEST_IMAGE or not _is_one_word(image):
        message = "An image is named as registry/name:tag or name@digest, without spaces."
        raise InvalidInput(message, field="image")
    return image


def _is_one_word(text: str) -> bool:
    return text.isprintable() and " " not in text


def _variables(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    names = [name for name, _value in _few(pairs, "environment")]
    for name in names:
        _matching(VARIABLE, name, "environment")
    if len(set(names)) < len(names):
        raise InvalidInput("A variable is given twice.", field="environment")
    return list(pairs)


def _ports(ports: Sequence[PortRecord]) -> Iterable[PortRecord]:
    for port in _few(ports, "ports"):
        numbers = [port.container_port, *([port.host_port] if port.host_port is not None else [])]
        if not all(0 < number < 1 << 16 for number in numbers):
            raise InvalidInput("A port is between 1 and 65535.", field="ports")
        if port.protocol not in PROTOCOLS:
            known = ", ".join(PROTOCOLS)
            raise InvalidInput(f"A port's protocol is one of {known}.", field="ports")
        if port.host_ip is not None and not _is_address(port.host_ip):
            raise InvalidInput("hostIp is an IPv4 or IPv6 address.", field="ports")
    return ports


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _memory(memory: int | None) -> int | None:
    if memory is not None and not LEAST_MEMORY <= memory <= MOST_MEMORY:
        message = f"memory is in MiB, between {LEAST_MEMORY} and {MOST_MEMORY}."
        raise InvalidInput(message, field="memory")
    return memory


def _few(items: Sequence[Any], field: str) -> list[Any]:
    if len(items) > MOST_ITEMS:
        raise InvalidInput(f"At most {MOST_ITEMS}, not {len(items)}.", field=field)
    return list(items)
