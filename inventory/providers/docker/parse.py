"""Docker's JSON to our records."""

import re
from datetime import UTC, datetime
from typing import Any

from inventory.providers.docker.inspection import Inspected
from inventory.providers.generic import memory_of
from inventory.types import ContainerRecord, ContainerState, PortRecord

# "State" of a container: ContainerState in the Engine API's reference, docs.docker.com. What is
# "dead" could not be removed; "removing" is on its way out.
STATES = {
    "created": ContainerState.CREATED,
    "running": ContainerState.RUNNING,
    "paused": ContainerState.PAUSED,
    "restarting": ContainerState.RESTARTING,
    "removing": ContainerState.STOPPING,
    "exited": ContainerState.STOPPED,
    "dead": ContainerState.ERROR,
}
# A list tells how a container ended in its "Status" alone: "Exited (137) 5 minutes ago".
ENDED = re.compile(r"(?:Exited|Restarting) \((-?\d+)\)")
SIGN = 1 << 31
MIB = 1 << 20


def container_of(found: dict[str, Any], inspected: Inspected | None = None) -> ContainerRecord:
    """``found``: an entry of a list. ``inspected``: what is known besides."""
    labels = found.get("Labels") or {}
    raw_state = str(found["State"])
    limit = inspected.memory // MIB if inspected else 0
    return ContainerRecord(
        external_id=found["Id"],
        name=_name(found),
        state=STATES.get(raw_state, ContainerState.UNKNOWN),
        raw_state=raw_state,
        exit_code=_exit_code(found.get("Status") or ""),
        image=(inspected.image if inspected else found.get("Image")) or None,
        image_id=found.get("ImageID") or None,
        command=found.get("Command") or None,
        memory=memory_of(limit) if limit > 0 else None,
        ips=_addresses(found),
        ports=_ports(found),
        labels=tuple(sorted(labels.items())),
        created_at=datetime.fromtimestamp(found["Created"], UTC),
    )


def _exit_code(status: str) -> int | None:
    """Windows has 32 bits without a sign; the same ones are told with it, as everywhere else."""
    ended = ENDED.match(status)
    return (int(ended[1]) + SIGN) % (2 * SIGN) - SIGN if ended else None


def _name(found: dict[str, Any]) -> str:
    """Its own name, not that under which a linked container knows it; one being removed has none"""
    names = [name.removeprefix("/") for name in found.get("Names") or []]
    return next((name for name in names if "/" not in name), str(found["Id"])[:12])


def _addresses(found: dict[str, Any]) -> tuple[str, ...]:
    networks = ((found.get("NetworkSettings") or {}).get("Networks") or {}).values()
    known = (network.get(key) for network in networks for key in ("IPAddress", "GlobalIPv6Address"))
    return tuple(dict.fromkeys(address for address in known if address))


def _ports(found: dict[str, Any]) -> tuple[PortRecord, ...]:
    """Docker tells them in any order."""
    ports = [
        PortRecord(
            port["PrivatePort"],
            port.get("Type") or "tcp",
            port.get("PublicPort") or None,
            port.get("IP") or None,
        )
        for port in found.get("Ports") or []
    ]
    return tuple(sorted(ports, key=lambda port: [(one is not None, one) for one in port]))
