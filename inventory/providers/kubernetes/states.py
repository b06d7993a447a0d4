"""What a pod's containers do: the most telling word, and what it means.

It is told in three places: in the container's own status, where it has one by now, in the pod's,
and in that of the containers which prepare the pod. Words from "Pod Lifecycle",
kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle, and from the kubelet's sources:
pkg/kubelet/container/sync_result.go, pkg/kubelet/images/types.go, pkg/kubelet/kubelet_pods.go.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from inventory.types import ContainerState

State = ContainerState
STATES = {
    "Running": State.RUNNING,
    "Terminating": State.STOPPING,
    **dict.fromkeys(
        (
            "ContainerCreating",
            "Pending",
            "PodInitializing",
            "SchedulingGated",
            "Unschedulable",
        ),
        State.PENDING,
    ),
    # The kubelet starts it again, after a while that grows.
    "CrashLoopBackOff": State.RESTARTING,
    **dict.fromkeys(
        (
            "ContainerCannotRun",
            "CreateContainerConfigError",
            "CreateContainerError",
            "ErrImageNeverPull",
            "ErrImagePull",
            "Evicted",
            "Failed",
            "ImageInspectError",
            "ImagePullBackOff",
            "InvalidImageName",
            "PostStartHookError",
            "PreStartHookError",
            "RegistryUnavailable",
            "RunContainerError",
            "StartError",
        ),
        State.ERROR,
    ),
    **dict.fromkeys(("Completed", "Error", "OOMKilled", "Succeeded"), State.STOPPED),
    "Unknown": State.UNKNOWN,
}
# A pod whose container has no status yet, by its phase.
PHASES = {
    "Pending": State.PENDING,
    "Running": State.PENDING,
    "Succeeded": State.STOPPED,
    "Failed": State.ERROR,
}
# A container that waits for those which prepare its pod.
PREPARED = {"PodInitializing", ""}
OVER = {"Succeeded", "Failed"}
NODE_LOST = "NodeLost"


def state_of(pod: Mapping[str, Any], status: Mapping[str, Any]) -> tuple[str, ContainerState]:
    """``status``: the container's own; empty where it has none."""
    told = pod.get("status") or {}
    if told.get("reason") == NODE_LOST or told.get("phase") == "Unknown":
        return "Unknown", State.UNKNOWN  # whatever was told last, nobody sees it now
    if pod["metadata"].get("deletionTimestamp"):
        return "Terminating", State.STOPPING
    if ended := (status.get("state") or {}).get("terminated"):
        return _ended(pod, ended)
    return _of_container(told, status.get("state") or {})


def _of_container(told: Mapping[str, Any], state: Mapping[str, Any]) -> tuple[str, ContainerState]:
    """Of one that runs, or waits to. Kubernetes: where no state is given, it waits."""
    if "running" in state:
        return "Running", State.RUNNING
    reason = (state.get("waiting") or {}).get("reason") or ""
    if reason in PREPARED and (trouble := next(_unprepared(told), None)):
        return f"Init:{trouble}", State.ERROR
    if reason:
        return reason, STATES.get(reason, State.UNKNOWN)
    return _of_pod(told)


def _ended(pod: Mapping[str, Any], end: Mapping[str, Any]) -> tuple[str, ContainerState]:
    """It has ended for good, or is started again by its pod's policy."""
    code = end["exitCode"]
    reason = end.get("reason") or f"ExitCode:{code}"
    if STATES.get(reason) is State.ERROR:
        return reason, State.ERROR
    policy = pod["spec"].get("restartPolicy", "Always")
    again = policy == "Always" or (policy == "OnFailure" and code != 0)
    over = (pod.get("status") or {}).get("phase") in OVER
    return reason, State.RESTARTING if again and not over else State.STOPPED


def _of_pod(told: Mapping[str, Any]) -> tuple[str, ContainerState]:
    """A pod that is on no machine yet, or whose machine did not take it or drove it out."""
    unscheduled = (
        one.get("reason")
        for one in told.get("conditions") or []
        if one.get("type") == "PodScheduled" and one.get("status") == "False"
    )
    phase = told.get("phase") or "Pending"
    of_phase = PHASES.get(phase, State.UNKNOWN)
    reason = told.get("reason") or next(unscheduled, None)
    return (reason, STATES.get(reason, of_phase)) if reason else (phase, of_phase)


def _unprepared(told: Mapping[str, Any]) -> Iterator[str]:
    """Why a pod's preparation fails, where it does."""
    for status in told.get("initContainerStatuses") or []:
        state = status.get("state") or {}
        reason = (state.get("waiting") or {}).get("reason")
        if reason and STATES.get(reason) is not State.PENDING:
            yield reason
        end = state.get("terminated") or {}
        if end.get("exitCode"):
            yield end.get("reason") or f"ExitCode:{end['exitCode']}"
