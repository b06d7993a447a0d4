"""The states of a job and the transitions between them.

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
CANCELING becomes CANCELED before the next step. It becomes SUCCEEDED or FAILED if the step that was
running at the time of the cancel finished the work, or failed finally. A parent performs no step:
its state is derived from its children's. It is CANCELED if children were canceled and none failed.
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
    JobState.QUEUED: "Accepted; no step has run yet.",
    JobState.RUNNING: "A step is running, or the job waits for the next step.",
    JobState.SUCCEEDED: "Done.",
    JobState.FAILED: "Ended without success; `error` says why.",
    JobState.CANCELING: "A user has asked for it to stop; it ends before its next step.",
    JobState.CANCELED: "Stopped on request; its last event says how much was done.",
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
    """The states from which a transition leads to ``state``."""
    return tuple(before for before, following in TRANSITIONS.items() if state in following)
