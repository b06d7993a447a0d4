"""Pods to our records: each container of a pod is one."""

import shlex
from typing import Any

from inventory.providers.generic import memory_of
from inventory.providers.kubernetes.quantity import mebibytes
from inventory.providers.kubernetes.states import state_of
from inventory.providers.reading import UNKNOWN_WORD, Reading, damaged, read_or_damaged
from inventory.types import ContainerRecord, PortRecord


def containers_of(pod: Any) -> list[ContainerRecord]:
    """The containers that serve, those that prepare the pod only if they go on beside the others.

    A pod whose containers cannot be read has one record without an id.
    """
    spec = Reading(pod).part("spec")
    beside = [one for one in spec.items("initContainers") if _serves(one)]
    served = spec.items("containers")
    shown = [*beside, *served]
    records = [_record_or_damaged(pod, one, alone=len(shown) == 1) for one in shown]
    return records if served else [*records, _without_containers(pod)]


def without_namespace(pod: Any) -> ContainerRecord:
    """The record of a pod whose namespace cannot be read. It has no id."""
    found = Reading(pod)
    name = found.text("metadata", "name") or UNKNOWN_WORD
    found.text("metadata", "namespace", required=True)
    return damaged(ContainerRecord, "", f"Pod {name}: {found.problem}")


def _serves(prepares: Any) -> bool:
    """True for a sidecar: "Sidecar Containers" in Kubernetes' documentation."""
    return Reading(prepares).text("restartPolicy") == "Always"


def _without_containers(pod: Any) -> ContainerRecord:
    found = Reading(pod)
    name = found.text("metadata", "name", required=True) or UNKNOWN_WORD
    found.part("spec").note("containers", "a list")
    return damaged(ContainerRecord, "", f"Pod {name}: {found.problem}")


def _record_or_damaged(pod: Any, container: Any, *, alone: bool) -> ContainerRecord:
    found = Reading(pod)

    def read(_container: Reading) -> ContainerRecord:
        return _record(found, _container, alone=alone)

    def identify(_container: Reading) -> str | None:
        return _external_id(found, _container)

    return read_or_damaged(ContainerRecord, found.beside(container, "container"), read, identify)


def _external_id(pod: Reading, container: Reading) -> str:
    """Empty if a part of it is unknown."""
    names = (
        pod.text("metadata", "name", required=True),
        container.text("name", required=True),
    )
    known = [name for name in names if name]
    return "/".join(known) if len(known) == len(names) else ""


def _record(pod: Reading, container: Reading, *, alone: bool) -> ContainerRecord:
    external_id = _external_id(pod, container)
    status = _status(pod, container.text("name"))
    raw_state, state = state_of(pod, status)
    command = [*container.texts("command"), *container.texts("args")]
    return ContainerRecord(
        external_id=external_id,
        name=(pod.text("metadata", "name") or "") if alone else external_id,
        state=state,
        raw_state=raw_state,
        exit_code=_exit_code(status),
        image=container.text("image"),
        image_id=status.text("imageID"),
        command=shlex.join(plain(one) for one in command) or None,
        memory=_limit(container),
        ips=_addresses(pod),
        ports=tuple(filter(None, map(_port, container.parts("ports")))),
        labels=pod.pairs("metadata", "labels"),
        created_at=pod.moment("metadata", "creationTimestamp", required=True),
        instance_id=pod.text("metadata", "uid"),
        problem=pod.problem,
    )


def _limit(container: Reading) -> int | None:
    limit = container.identifier("resources", "limits", "memory", required=False)
    if limit is None:
        return None
    try:
        return memory_of(mebibytes(limit))
    except ValueError:
        container.note("resources.limits.memory", "a quantity", limit)
        return None


def escaped(text: str) -> str:
    """Kubernetes puts variables into arguments and environments: "$(NAME)". "$$" is a "$"."""
    return text.replace("$", "$$")


def plain(text: str) -> str:
    return text.replace("$$", "$")


def _status(pod: Reading, name: str | None) -> Reading:
    """The container's own status; an empty object if it has none."""
    for kind in ("containerStatuses", "initContainerStatuses"):
        for item in pod.items("status", kind):
            if name is not None and Reading(item).text("name") == name:
                return pod.beside(item, f"status.{kind}")
    return pod.beside({}, "status")


def _exit_code(status: Reading) -> int | None:
    """The container's exit code; while it waits to be restarted, that of its previous run."""
    state = status.part("state")
    if state.has("terminated"):
        return state.signed("terminated", "exitCode", required=True)
    if state.has("waiting") and status.part("lastState").has("terminated"):
        return status.signed("lastState", "terminated", "exitCode", required=True)
    return None


def _addresses(pod: Reading) -> tuple[str, ...]:
    found = [one.text("ip") for one in pod.parts("status", "podIPs")]
    return tuple(dict.fromkeys(filter(None, [*found, pod.text("status", "podIP")])))


def _port(port: Reading) -> PortRecord | None:
    number = port.number("containerPort", required=True)
    if number is None:
        return None
    protocol = (port.text("protocol") or "TCP").lower()
    return PortRecord(number, protocol, port.number("hostPort") or None, port.text("hostIP"))
