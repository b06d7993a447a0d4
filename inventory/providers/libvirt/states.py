"""The meaning of a domain's state.

virDomainState and the reasons for each from include/libvirt/libvirt-domain.h of libvirt 9.0; the
words are those of `virsh domstate --reason`. A reason is used where it says more than the state.
"""

from inventory.types import MachineState as State

WORDS = {
    0: "no state",
    1: "running",
    2: "idle",  # blocked on a resource
    3: "paused",
    4: "in shutdown",
    5: "shut off",
    6: "crashed",
    7: "pmsuspended",
}
SHUT_OFF = 5
# A suspended machine has its memory on disk, whatever libvirt remembers as the reason.
SAVED = "shut off (managed save)"
REASONS = {
    (3, 1): "paused (user)",
    (3, 2): "paused (migrating)",
    (3, 3): "paused (saving)",
    (3, 4): "paused (dumping)",
    (3, 5): "paused (I/O error)",
    (3, 6): "paused (watchdog)",
    (3, 7): "paused (from snapshot)",
    (3, 8): "paused (shutting down)",
    (3, 9): "paused (creating snapshot)",
    (3, 10): "paused (crashed)",
    (3, 11): "paused (starting up)",
    (3, 12): "paused (post-copy)",
    (3, 13): "paused (post-copy failed)",
    (5, 3): "shut off (crashed)",
    (5, 6): "shut off (failed)",
    (6, 1): "crashed (panicked)",
}
STATES = {
    "running": State.RUNNING,
    "idle": State.RUNNING,
    "paused": State.PAUSED,
    "paused (user)": State.PAUSED,
    "paused (migrating)": State.PAUSED,
    "paused (saving)": State.STOPPING,
    "paused (dumping)": State.PAUSED,
    "paused (I/O error)": State.ERROR,  # a full disk of the host, say
    "paused (watchdog)": State.PAUSED,
    "paused (from snapshot)": State.PAUSED,
    "paused (shutting down)": State.STOPPING,
    "paused (creating snapshot)": State.PAUSED,
    "paused (crashed)": State.ERROR,
    "paused (starting up)": State.PENDING,
    "paused (post-copy)": State.PAUSED,
    "paused (post-copy failed)": State.ERROR,
    "in shutdown": State.STOPPING,
    "shut off": State.STOPPED,
    "shut off (crashed)": State.STOPPED,  # it can be started
    "shut off (failed)": State.STOPPED,
    SAVED: State.SUSPENDED,
    "crashed": State.ERROR,
    "crashed (panicked)": State.ERROR,
    "pmsuspended": State.SUSPENDED,  # by its guest, to memory
}
# Off, with nothing kept that would come back.
OFF = frozenset({"shut off", "shut off (crashed)", "shut off (failed)"})


def word_of(state: int, reason: int, *, is_saved: bool = False) -> str:
    """The word for the state. A state that is not known is named by its number."""
    if state == SHUT_OFF and is_saved:
        return SAVED
    return REASONS.get((state, reason)) or WORDS.get(state) or f"state {state}"


def state_of(word: str) -> State:
    return STATES.get(word, State.UNKNOWN)
