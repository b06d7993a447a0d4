"""Pods to our records: each container of a pod is one."""

import shlex
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from inventory.providers.generic import memory_of
from inventory.providers.kubernetes.quantity import mebibytes
from inventory.providers.kubernetes.states import state_of
from inventory.types import ContainerRecord, PortRecord


def containers_of(pod: Mapping[str, Any]) -> list[ContainerRecord]:
    """Those that serve: of the ones that prepare the pod, only what goes on beside the others."""
    spec = pod["spec"]
    beside = [one for one in spec.get("initContainers") or [] if _serves(one)]
    shown = [*beside, *spec["containers"]]
    return [_record(pod, one, alone=len(shown) == 1) for one in shown]


def _serves(prepares: Mapping[str, Any]) -> bool:
    """As "Sidecar Containers" in Kubernetes' documentation has it."""
    return prepares.get("restartPolicy") == "Always"


def _record(
    pod: Mapping[str, Any], container: Mapping[str, Any], *, alone: bool
) -> ContainerRecord:
    metadata, status = pod["metadata"], _status(pod, container["name"])
    raw_state, state = state_of(pod, status)
    external_id = f"{metadata['name']}/{container['name']}"
    command = [*(container.get("command") or []), *(container.get("args") or [])]
    return ContainerRecord(
        external_id=external_id,
        name=metadata["name"] if alone else external_id,
        state=state,
        raw_state=raw_state,
        exit_code=_exit_code(status),
        image=container.get("image") or None,
        image_id=status.get("imageID") or None,
        command=shlex.join(plain(one) for one in command) or None,
        memory=_limit(container),
        ips=_addresses(pod),
        ports=tuple(_port(one) for one in container.get("ports") or []),
        labels=tuple(sorted((metadata.get("labels") or {}).items())),
        created_at=datetime.fromisoformat(metadata["creationTimestamp"]),
    )


def _limit(container: Mapping[str, Any]) -> int | None:
    limit = ((container.get("resources") or {}).get("limits") or {}).get("memory")
    return None if limit is None else memory_of(mebibytes(str(limit)))


def escaped(text: str) -> str:
    """Kubernetes puts variables into arguments and environments: "$(NAME)". "$$" is a "$"."""
    return text.replace("$", "$$")


def plain(text: str) -> str:
    return text.replace("$$", "$")


def _status(pod: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    told = pod.get("status") or {}
    statuses = [
        *(told.get("containerStatuses") or []),
        *(told.get("initContainerStatuses") or []),
    ]
    return next((one for one in statuses if one["name"] == name), {})


def _exit_code(status: Mapping[str, Any]) -> int | None:
    """Of its end; of the one before, while it waits to be started again."""
    state = status.get("state") or {}
    end = state.get("terminated")
    if end is None and "waiting" in state:
        end = (status.get("lastState") or {}).get("terminated")
    return end["exitCode"] if end else None


def _addresses(pod: Mapping[str, Any]) -> tuple[str, ...]:
    status = pod.get("status") or {}
    found = [one.get("ip") for one in status.get("podIPs") or []]
    return tuple(dict.fromkeys(filter(None, [*found, status.get("podIP")])))


def _port(port: Mapping[str, Any]) -> PortRecord:
    protocol = str(port.get("protocol") or "TCP").lower()
    return PortRecord(
        port["containerPort"], protocol, port.get("hostPort") or None, port.get("hostIP") or None
    )
