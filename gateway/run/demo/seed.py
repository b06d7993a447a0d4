"""Connects the demo's providers, through the service that `connectProvider` uses."""

import time
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

from django.contrib.auth.models import User

from gateway.core.errors import ExpectedError
from gateway.run.demo.fleet import REGIONS
from gateway.run.demo.plan import Memory, Plan, write_memory
from gateway.run.errors import StartError
from gateway.run.ports import LOOPBACK, is_free
from inventory.models import Provider
from inventory.services.providers import provider_connect, provider_update

AWS_SECONDS = 60.0
NAMES = {"aws": "Demo AWS", "simulator": "Demo simulator"}
SIMULATOR = {
    "machines": "24",
    "seed": "demo",
    "latency_ms": "150",
    "boot_ms": "4000",
    "error_rate": "0",
}


class _Settings(TypedDict):
    credentials: dict[str, str]
    regions: list[str] | None


def connect_demo(
    *, plan: Plan, memory: Memory, aws_port: int | None, owner: User, data_dir: Path
) -> Memory:
    """Connect what ``plan`` names, remembering each at once; returns what is remembered.

    Raises:
        StartError: a provider cannot be connected, or the demo's cloud does not come up.
    """
    if aws_port is not None:
        _wait_for(aws_port)
        if "aws" in plan.keep and memory.aws_port != aws_port:
            _move_endpoint(plan.keep["aws"], aws_port=aws_port)
        memory = replace(memory, aws_port=aws_port)
    write_memory(data_dir, memory)
    for kind in plan.connect:
        provider = _connect(kind, owner=owner, aws_port=aws_port)
        memory = memory.with_provider(kind, str(provider.public_id))
        write_memory(data_dir, memory)
    memory = replace(memory, finished=True)
    write_memory(data_dir, memory)
    return memory


def aws_credentials(port: int) -> dict[str, str]:
    """Keys that say whose they are: moto takes any."""
    return {
        "access_key_id": "demo",
        "secret_access_key": "demo",
        "endpoint_url": f"http://{LOOPBACK}:{port}",
    }


def _settings(aws_port: int | None) -> dict[str, _Settings]:
    settings: dict[str, _Settings] = {"simulator": {"credentials": SIMULATOR, "regions": None}}
    if aws_port is not None:
        settings["aws"] = {"credentials": aws_credentials(aws_port), "regions": list(REGIONS)}
    return settings


def _connect(kind: str, *, owner: User, aws_port: int | None) -> Provider:
    # A start that was ended between connecting and remembering has left it.
    left = Provider.objects.filter(owner=owner, kind_slug=kind, name=NAMES[kind]).first()
    if left is not None:
        return left
    settings = _settings(aws_port)[kind]
    try:
        return provider_connect(owner=owner, kind=kind, name=NAMES[kind], **settings)
    except ExpectedError as error:
        raise StartError(f"{NAMES[kind]} cannot be connected: {error.message}") from error


def _move_endpoint(public_id: str, *, aws_port: int) -> None:
    """Its port was taken meanwhile."""
    provider = Provider.objects.get(public_id=public_id)
    provider_update(provider=provider, credentials=aws_credentials(aws_port))


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + AWS_SECONDS
    while is_free(port):
        if time.monotonic() > deadline:
            raise StartError(f"The demo's AWS does not listen on port {port}; see its lines above.")
        time.sleep(0.1)
