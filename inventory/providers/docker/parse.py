"""Docker's JSON to our records."""

import re
from datetime import UTC, datetime

from inventory.providers.docker.inspection import Inspected
from inventory.providers.generic import memory_of
from inventory.providers.reading import UNKNOWN_WORD, Reading
from inventory.types import ContainerRecord, ContainerState, PortRecord

# "State" of a container: ContainerState in the Engine API's reference, docs.docker.com. A "dead"
# container could not be removed; a "removing" one is being removed.
STATES = {
    "created": ContainerState.CREATED,
    "running": ContainerState.RUNNING,
    "paused": ContainerState.PAUSED,
    "restarting": ContainerState.RESTARTING,
    "removing": ContainerState.STOPPING,
    "exited": ContainerState.STOPPED,
    "dead": ContainerState.ERROR,
}
# Only the "Status" of a list shows how a container ended: "Exited (137) 5 minutes ago".
ENDED = re.compile(r"(?:Exited|Restarting) \((-?[0-9]{1,20})\)")
SIGN = 1 << 31
MIB = 1 << 20


def container_of(found: Reading, inspected: Inspected | None = None) -> ContainerRecord:
    """``found``: an entry of a list. ``inspected``: what is known besides."""
    external_id = found.text("Id", required=True) or ""
    raw_state = found.text("State", required=True) or UNKNOWN_WORD
    limit = inspected.memory // MIB if inspected else 0
    created = found.number("Created", required=True)
    return ContainerRecord(
        external_id=external_id,
        name=_name(found, external_id),
        state=STATES.get(raw_state, ContainerState.UNKNOWN),
        raw_state=raw_state,
        exit_code=_exit_code(found.text("Status") or ""),
        image=(inspected.image if inspected else found.text("Image")) or None,
        image_id=found.text("ImageID"),
        command=found.text("Command"),
        memory=memory_of(limit) if limit > 0 else None,
        ips=_addresses(found),
        ports=_ports(found),
        labels=found.pairs("Labels"),
        created_at=None if created is None else _moment(found, created),
        problem=found.problem,
    )


def image_names_of(found: Reading) -> list[str]:
    return sorted(found.texts("RepoTags"))


def _moment(found: Reading, seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        found.note("Created", "a time", seconds)
        return None


def _exit_code(status: str) -> int | None:
    """The code with a sign, as on other systems. Windows has the same 32 bits without a sign."""
    ended = ENDED.match(status)
    return (int(ended[1]) + SIGN) % (2 * SIGN) - SIGN if ended else None


def _name(found: Reading, external_id: str) -> str:
    """Its own name, not that under which a linked container knows it; one being removed has none"""
    names = [name.removeprefix("/") for name in found.texts("Names")]
    return next((name for name in names if "/" not in name), external_id[:12])


def _addresses(found: Reading) -> tuple[str, ...]:
    networks = found.part("NetworkSettings", "Networks")
    known = (
        networks.text(name, key)
        for name, _ in networks.entries()
        for key in ("IPAddress", "GlobalIPv6Address")
    )
    return tuple(dict.fromkeys(filter(None, known)))


def _ports(found: Reading) -> tuple[PortRecord, ...]:
    """The ports, sorted: Docker returns them in any order."""
    ports = filter(None, map(_port, found.parts("Ports")))
    return tuple(sorted(ports, key=lambda port: [(one is not None, one) for one in port]))


def _port(port: Reading) -> PortRecord | None:
    number = port.number("PrivatePort", required=True)
    if number is None:
        return None
    host = port.number("PublicPort") or None
    return PortRecord(number, port.text("Type") or "tcp", host, port.text("IP"))
