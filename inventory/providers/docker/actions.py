"""The reads and actions of a Docker engine, as functions that take the driver first.

Bodies from the Engine API's reference, docs.docker.com/reference/api/engine. Where an engine
answers 304, it is so already; that is no error.
docs/libcloud-methods.md says what is wrong with libcloud's methods for it.
"""

import json
import re
from typing import Any

from gateway.core.http.budget import budget_in_use
from inventory.providers.docker.images import pull
from inventory.providers.docker.inspection import MEMORY_LABEL, inspections
from inventory.providers.docker.parse import MIB, container_of
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.identity import only_of
from inventory.providers.order_marker import made_by
from inventory.providers.reading import Reading, records_of
from inventory.providers.rest import act, ask, ask_list, part, segment
from inventory.providers.table import beside, does, reads
from inventory.types import ContainerRecord, NewContainer, PortRecord

Code = ProviderErrorCode
# The seconds that a container has to end by itself: Docker's own default. After them Docker kills
# the container, and answers. The task's time must include this, and a margin for the answer.
GRACE_SECONDS, MARGIN_SECONDS = 10, 3


@reads("containers")
def list_containers(driver: Any) -> list[ContainerRecord]:
    return _listed(driver)


@beside("find", "containers")
def find_container(driver: Any, external_id: str) -> ContainerRecord | None:
    """Out of a list with one entry: what describes a single container has other words for it."""
    found = _listed(driver, id=[external_id])
    # Docker answers with the containers whose ids begin with the text, too.
    others = {one.external_id for one in found if one.external_id.startswith(external_id)}
    others.discard(external_id)
    asked = [one for one in found if one.external_id not in others]
    return only_of(asked, external_id, lambda one: one.external_id)


@does("containers", "deploy")
def deploy_container(driver: Any, order: NewContainer) -> ContainerRecord:
    """Make it, and fetch its image first where the engine has none of that name."""
    try:
        made = _create(driver, order)
    except ProviderError as error:
        there = _named(driver, order.name) if error.code is Code.CONFLICT else None
        if there is not None:
            return made_by(order, there)
        if error.code is not Code.NOT_FOUND:
            raise
        pull(driver, order.image)
        made = _create(driver, order)
    record = find_container(driver, made)
    if record is None:
        raise ProviderError(Code.NOT_FOUND, f"Docker made {made}, but no longer finds it.")
    return record


@does("containers", "start")
def start_container(driver: Any, external_id: str) -> None:
    """Start a container. A paused one is unpaused, because Docker refuses to start it."""
    try:
        _do(driver, external_id, "start")
    except ProviderError as error:
        found = find_container(driver, external_id) if error.code is Code.CONFLICT else None
        if found is None or found.raw_state != "paused":
            raise
        _do(driver, external_id, "unpause")


@does("containers", "stop")
def stop_container(driver: Any, external_id: str) -> None:
    _do(driver, external_id, "stop", t=_grace())


@does("containers", "restart")
def restart_container(driver: Any, external_id: str) -> None:
    _do(driver, external_id, "restart", t=_grace())


@does("containers", "remove")
def remove_container(driver: Any, external_id: str) -> None:
    """Remove a container, running or not. Its volumes stay: deleted data cannot be restored."""
    try:
        act(driver.connection, _path(external_id), method="DELETE", force="true")
    except ProviderError as error:
        if error.code is not Code.CONFLICT or "already in progress" not in error.message:
            raise


def _listed(driver: Any, **filters: list[str]) -> list[ContainerRecord]:
    found = ask_list(driver.connection, "/containers/json", all="true", filters=json.dumps(filters))
    known = inspections(driver, found)

    def read(one: Reading) -> ContainerRecord:
        return container_of(one, known.get(one.text("Id") or ""))

    return records_of(ContainerRecord, found, read, lambda one: one.text("Id", required=True))


def _named(driver: Any, name: str) -> ContainerRecord | None:
    """Docker looks for a pattern, in aliases too."""
    found = _listed(driver, name=[f"^/?{re.escape(name)}$"])
    return next((one for one in found if one.name == name), None)


def _create(driver: Any, order: NewContainer) -> str:
    """The id of the new container, which does not run yet."""
    limit = {MEMORY_LABEL: str(order.memory)} if order.memory else {}
    given: dict[str, Any] = {
        "Image": order.image,
        "Cmd": list(order.command) or None,
        "Env": [f"{name}={value}" for name, value in order.environment],
        "Labels": dict(order.labels) | limit,
        "ExposedPorts": {_port(port): {} for port in order.ports},
        "HostConfig": {
            "Memory": (order.memory or 0) * MIB,
            "PortBindings": _bindings(order.ports),
        },
    }
    body = ask(driver.connection, "/containers/create", method="POST", data=given, name=order.name)
    return str(part(body, "Id", str))


def _bindings(ports: tuple[PortRecord, ...]) -> dict[str, list[dict[str, str]]]:
    """The open ports on the engine's machine. A port without a host port is not open there."""
    bindings: dict[str, list[dict[str, str]]] = {}
    for port in ports:
        if port.host_port is not None:
            at = {"HostIp": port.host_ip or "", "HostPort": str(port.host_port)}
            bindings.setdefault(_port(port), []).append(at)
    return bindings


def _port(port: PortRecord) -> str:
    return f"{port.container_port}/{port.protocol}"


def _do(driver: Any, external_id: str, action: str, **params: Any) -> None:
    act(driver.connection, f"{_path(external_id)}/{action}", **params)


def _path(external_id: str) -> str:
    return f"/containers/{segment(external_id)}"


def _grace() -> int:
    """Seconds."""
    return max(0, min(GRACE_SECONDS, int(budget_in_use().left) - MARGIN_SECONDS))
