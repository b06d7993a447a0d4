"""Priorities of jobs: a person waits for a single job, but hardly for one of a hundred."""

from enum import IntEnum


class Priority(IntEnum):
    """Stored in rows and passed to the broker; a smaller number is more urgent.

    The numbers are two of the priority steps of Celery's Redis transport.
    """

    SINGLE = 0
    BULK = 6
