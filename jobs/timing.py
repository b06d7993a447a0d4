"""The times that jobs go by, in seconds, in one place.

Clocks of several hosts should agree within a second. Where they do not, a job may be taken up too
early or too late, but never done twice: fencing does not look at clocks.
"""

from django.conf import settings

# The longest a single step may take. Then its lease is extended no more and another worker takes
# the job up; whatever the late step still writes is refused.
STEP_SECONDS = 120.0

# Waits before attempt 2, 3, 4 …: 1, 2, 4 … up to 60, each shortened at random by up to a half.
BACKOFF_FIRST = 1.0
BACKOFF_LONGEST = 60.0

# A longer wait is rung for by the sweep alone: a broker hands out again what it held for long.
LONGEST_COUNTDOWN = 60.0

# A job whose operation this worker does not know is offered to the others this much later.
UNKNOWN_OPERATION_SECONDS = 10.0

# The sweep gives a message this long to arrive before it rings itself.
SWEEP_GRACE = 2.0


def lease_seconds() -> float:
    """How long a claim holds unless it is extended: the time until a killed worker is replaced."""
    return float(settings.JOB_LEASE_SECONDS)


def heartbeat_seconds() -> float:
    """How often leases are extended: two beats may fail before one lapses."""
    return lease_seconds() / 3


def ring_again_seconds() -> float:
    """When the sweep takes its own ring for lost: not too soon, for busy workers answer late."""
    return 2 * lease_seconds()


def deadline_seconds() -> float:
    """How long a job may take in all unless its submitter says otherwise."""
    return float(settings.JOB_DEADLINE_SECONDS)
