"""Connects the demo's providers, through the service that `connectProvider` uses."""

import socket
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

from django.contrib.auth.models import User

from gateway.core.errors import ExpectedError
from gateway.run.demo.fleet import REGIONS, RESEARCH_REGIONS
from gateway.run.demo.keys import FIRM_KEY, RESEARCH_KEY
from gateway.run.demo.prices import BOOKS
from gateway.run.demo.whether import AWS, Memory, Plan, write_memory
from gateway.run.errors import StartError
from gateway.run.ports import LOOPBACK
from inventory.models import Credentials, Provider
from inventory.services.price_books import price_book_set
from inventory.services.providers import provider_connect, provider_update

AWS_SECONDS = 60.0
POLL_SECONDS = 0.02
NAMES = {"aws": "Demo AWS", "research": "Demo AWS research", "simulator": "Demo simulator"}
KEYS = {"aws": FIRM_KEY, "research": RESEARCH_KEY}
SIMULATOR = {
    "machines": "24",
    "seed": "demo",
    "latency_ms": "150",
    "boot_ms": "4000",
    "error_rate": "0",
}


class _Settings(TypedDict):
    kind: str
    credentials: dict[str, str]
    regions: list[str] | None


def connect_demo(
    *, plan: Plan, memory: Memory, aws_port: int | None, owner: User, data_dir: Path
) -> Memory:
    """Connect the providers of ``plan``, and remember each at once. Returns the memory.

    Raises:
        StartError: a provider cannot be connected, or the demo's cloud does not come up.
    """
    if aws_port is not None:
        _wait_for(aws_port)
        if memory.aws_port != aws_port:
            for name in plan.keep.keys() & AWS:
                _move_endpoint(plan.keep[name], memory.aws_port, aws_credentials(name, aws_port))
        memory = replace(memory, aws_port=aws_port)
    write_memory(data_dir, memory)
    for name in plan.connect:
        provider = _connect(name, owner=owner, aws_port=aws_port)
        memory = memory.with_provider(name, str(provider.public_id))
        write_memory(data_dir, memory)
    memory = replace(memory, finished=True)
    write_memory(data_dir, memory)
    return memory


def mark_demo(memory: Memory, data_dir: Path) -> Memory:
    """Mark the providers of the demo, once. Returns the memory.

    A provider with another name was changed by a user, so it does not belong to the demo any more.
    """
    created = Provider.objects.filter(public_id__in=memory.providers.values())
    created.filter(name__in=NAMES.values()).update(demo=True)
    created.exclude(name__in=NAMES.values()).update(demo=False)
    memory = replace(memory, marked=True)
    write_memory(data_dir, memory)
    return memory


def aws_credentials(name: str, port: int) -> dict[str, str]:
    """Moto checks only the account of the key."""
    return {
        "access_key_id": KEYS[name],
        "secret_access_key": KEYS[name],
        "endpoint_url": _endpoint(port),
    }


def _settings(name: str, aws_port: int | None) -> _Settings:
    if name not in AWS:
        return {"kind": "simulator", "credentials": SIMULATOR, "regions": None}
    assert aws_port is not None, "the plan has an AWS account, so it has a port"  # noqa: S101 - for the reader and the types
    regions = REGIONS if name == "aws" else RESEARCH_REGIONS
    credentials = aws_credentials(name, aws_port)
    return {"kind": "aws", "credentials": credentials, "regions": list(regions)}


def _connect(name: str, *, owner: User, aws_port: int | None) -> Provider:
    settings = _settings(name, aws_port)
    # A start that was ended between connecting and remembering has left it.
    left = Provider.objects.filter(
        owner=owner, kind_slug=settings["kind"], name=NAMES[name]
    ).first()
    if left is not None:
        return left
    try:
        provider = provider_connect(owner=owner, name=NAMES[name], demo=True, **settings)
    except ExpectedError as error:
        raise StartError(f"{NAMES[name]} cannot be connected: {error.message}") from error
    if name in BOOKS:
        price_book_set(provider=provider, text=BOOKS[name], demo=True)
    return provider


def _move_endpoint(public_id: str, port: int | None, credentials: dict[str, str]) -> None:
    """Its ``port`` was taken meanwhile. A provider that its user has led elsewhere stays there."""
    provider = Provider.objects.get(public_id=public_id)
    if not provider.demo:
        stored = Credentials.objects.get(provider=provider).values
        if stored.get("endpoint_url") != _endpoint(port):
            return
        credentials = {"endpoint_url": credentials["endpoint_url"]}
    provider_update(provider=provider, credentials=credentials, demo=True)


def _endpoint(port: int | None) -> str:
    return f"http://{LOOPBACK}:{port}"


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + AWS_SECONDS
    while time.monotonic() < deadline:
        # To look if the port is free would take it, in the moment in which the server needs it.
        with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
            return
        time.sleep(POLL_SECONDS)
    raise StartError(f"The demo's AWS does not listen on port {port}; see its lines above.")
