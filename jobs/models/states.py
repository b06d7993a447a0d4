"""The states of a job, and which may follow which.

::

                 submit
                   │
                   v      first claim
                QUEUED ────────────────> RUNNING ────────┬──> SUCCEEDED
                 │  │                    │  ^ │          │
          cancel │  │ cancel of a        │  │ │ cancel   └──> FAILED
                 │  │ parent             └──┘ │
                 │  │             wait, retry │
                 v  └───────────────────┐     │
             CANCELED <──next claim──── CANCELING ──> SUCCEEDED, FAILED

A job that waits (for a machine to boot, for its next attempt) stays RUNNING and holds no lease.
CANCELING ends as CANCELED before another step is taken; it ends as SUCCEEDED or FAILED when the
step that was running meanwhile did the whole work, or failed for good. A parent runs no step: its
state is derived from its children's.
"""

from enum import StrEnum


class JobState(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELING = "CANCELING"
    CANCELED = "CANCELED"


MEANINGS = {
    JobState.QUEUED: "Accepted; no step of it has been taken yet.",
    JobState.RUNNING: "A step is being taken, or it waits for the next one.",
    JobState.SUCCEEDED: "Done.",
    JobState.FAILED: "Ended without being done; `error` says why.",
    JobState.CANCELING: "Asked to stop; ends before its next step.",
    JobState.CANCELED: "Stopped on request; its last event says what had been done by then.",
}

TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.CANCELING, JobState.CANCELED}),
    JobState.RUNNING: frozenset({JobState.CANCELING, JobState.SUCCEEDED, JobState.FAILED}),
    JobState.CANCELING: frozenset({JobState.CANCELED, JobState.SUCCEEDED, JobState.FAILED}),
    JobState.SUCCEEDED: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.CANCELED: frozenset(),
}

UNFINISHED = tuple(state for state, following in TRANSITIONS.items() if following)
FINISHED = tuple(state for state, following in TRANSITIONS.items() if not following)


def states_before(state: JobState) -> tuple[JobState, ...]:
    """The states that ``state`` may follow: the guard of every transition to it."""
    return tuple(before for before, following in TRANSITIONS.items() if state in following)
