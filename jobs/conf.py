"""The times that jobs go by, in seconds, in one place.

Clocks of several hosts should agree within a second. Where they do not, a job may be taken up too
early or too late, but never done twice: fencing does not look at clocks.
"""

from datetime import datetime, timedelta

from django.conf import settings

# The longest a single step may take. Then its lease is extended no more and another worker takes
# the job up; whatever the late step still writes is refused.
STEP_SECONDS = 120.0

# Waits before attempt 2, 3, 4 …: 1, 2, 4 … up to 60, each shortened at random by up to a half.
BACKOFF_FIRST = 1.0
BACKOFF_LONGEST = 60.0

# A longer wait is rung for by the sweep alone: a broker hands out again what it held for long.
LONGEST_COUNTDOWN = 60.0

# A job that waited this long for a turn is past its deadline: what was wanted a day ago may not be
# wanted any more.
LONGEST_TURN_SECONDS = 24 * 60 * 60.0

# A shorter wait for a turn does not move the deadline: it would cost a statement for each step.
SHORTEST_TURN_SECONDS = 1.0

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


def longest_turn_before(now: datetime) -> datetime:
    """What became due at this time, or earlier, has waited too long for its turn."""
    return now - timedelta(seconds=LONGEST_TURN_SECONDS)


def deadline_seconds() -> float:
    """How long a job may take, beside its waits for a turn, if its submitter does not say."""
    return float(settings.JOB_DEADLINE_SECONDS)
