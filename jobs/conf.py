"""Timeouts and intervals of jobs, in seconds.

The clocks of all hosts should agree within a second. If they do not, a job may start too early or
too late, but it never runs twice: the fence does not use clocks.
"""

from datetime import datetime, timedelta

from django.conf import settings

# The longest time of one step. After it the lease is not extended any more and another worker
# claims the job; later writes of the slow step are refused.
STEP_SECONDS = 120.0

# Waits before attempts 2, 3, 4 …: 1, 2, 4 … up to 60, each shortened at random by up to a half.
BACKOFF_FIRST = 1.0
BACKOFF_LONGEST = 60.0

# No message is sent for a longer wait, the sweep sends it when the job is due: a broker delivers a
# message that it held for long a second time.
LONGEST_COUNTDOWN = 60.0

# A job that waited this long for a worker or a slot is past its deadline: the user may not want it
# any more.
LONGEST_TURN_SECONDS = 24 * 60 * 60.0

# A shorter wait does not move the deadline, so that it stays what it was where nothing had to wait.
SHORTEST_TURN_SECONDS = 1.0

# A worker that does not know a job's operation delays the job by this time, for other workers.
UNKNOWN_OPERATION_SECONDS = 10.0

# The sweep sends a message for a job that has been due for this time.
SWEEP_GRACE = 2.0


def lease_seconds() -> float:
    """How long a claim holds unless it is extended: after it, a killed worker is replaced."""
    return float(settings.JOB_LEASE_SECONDS)


def heartbeat_seconds() -> float:
    """The interval at which leases are extended: two may fail before a lease lapses."""
    return lease_seconds() / 3


def dispatch_again_seconds() -> float:
    """After this time the sweep sends its own message again; busy workers receive one late."""
    return 2 * lease_seconds()


def longest_turn_before(now: datetime) -> datetime:
    """A job that became due at this time or earlier has waited too long."""
    return now - timedelta(seconds=LONGEST_TURN_SECONDS)


def deadline_seconds() -> float:
    """The default time until a job's deadline; waits for a worker or a slot do not count."""
    return float(settings.JOB_DEADLINE_SECONDS)
