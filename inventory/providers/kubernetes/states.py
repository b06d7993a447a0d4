"""The state of a pod's containers: the most specific word, and its meaning.

The word is in one of three places: the container's own status, if it has one by now, the status of
the pod, and the status of the containers which prepare the pod. Words from "Pod Lifecycle",
kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle, and from the kubelet's sources:
pkg/kubelet/container/sync_result.go, pkg/kubelet/images/types.go, pkg/kubelet/kubelet_pods.go.
"""

from collections.abc import Iterator

from inventory.providers.reading import UNKNOWN_WORD, Reading
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


def state_of(pod: Reading, status: Reading) -> tuple[str, ContainerState]:
    """``status``: the container's own; empty where it has none."""
    told = pod.part("status")
    if told.text("reason") == NODE_LOST or told.text("phase") == "Unknown":
        return "Unknown", State.UNKNOWN  # the last report may be out of date
    if pod.text("metadata", "deletionTimestamp"):
        return "Terminating", State.STOPPING
    state = status.part("state")
    if state.has("terminated"):
        return _ended(pod, state.part("terminated"))
    return _of_container(told, state)


def _of_container(told: Reading, state: Reading) -> tuple[str, ContainerState]:
    """The state of a container that runs or waits. Kubernetes: one without a state waits."""
    if state.has("running"):
        return "Running", State.RUNNING
    reason = state.text("waiting", "reason") or ""
    if reason in PREPARED and (trouble := next(_unprepared(told), None)):
        return f"Init:{trouble}", State.ERROR
    if reason:
        return reason, STATES.get(reason, State.UNKNOWN)
    return _of_pod(told)


def _ended(pod: Reading, end: Reading) -> tuple[str, ContainerState]:
    """It has ended for good, or is started again by its pod's policy."""
    code = end.signed("exitCode")
    reason = _reason(end, code)
    if STATES.get(reason) is State.ERROR:
        return reason, State.ERROR
    policy = pod.text("spec", "restartPolicy") or "Always"
    again = policy == "Always" or (policy == "OnFailure" and code != 0)
    over = pod.text("status", "phase") in OVER
    return reason, State.RESTARTING if again and not over else State.STOPPED


def _reason(end: Reading, code: int | None) -> str:
    """Why a container ended. Without a reason: its signal or exit code, as kubectl shows it.

    ``printPod`` in github.com/kubernetes/kubernetes, pkg/printers/internalversion/printers.go.
    """
    if reason := end.text("reason"):
        return reason
    if signal := end.number("signal"):
        return f"Signal:{signal}"
    return UNKNOWN_WORD if code is None else f"ExitCode:{code}"


def _of_pod(told: Reading) -> tuple[str, ContainerState]:
    """A pod that is on no machine yet, or whose machine did not take it or drove it out."""
    unscheduled = (
        one.text("reason")
        for one in told.parts("conditions")
        if one.text("type") == "PodScheduled" and one.text("status") == "False"
    )
    phase = told.text("phase") or ("Pending" if told.is_null("phase") else UNKNOWN_WORD)
    of_phase = PHASES.get(phase, State.UNKNOWN)
    reason = told.text("reason") or next(unscheduled, None)
    return (reason, STATES.get(reason, of_phase)) if reason else (phase, of_phase)


def _unprepared(told: Reading) -> Iterator[str]:
    """Why a pod's preparation fails, where it does."""
    for status in told.parts("initContainerStatuses"):
        reason = status.text("state", "waiting", "reason")
        if reason and STATES.get(reason) is not State.PENDING:
            yield reason
        end = status.part("state", "terminated")
        if code := end.signed("exitCode"):
            yield _reason(end, code)
