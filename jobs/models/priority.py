"""Whose turn comes first: a person waits for a single action, hardly for one of a hundred."""

from enum import IntEnum


class Priority(IntEnum):
    """Stored on rows and given to the broker: the smaller number goes first.

    The numbers are two of the steps between which Celery's Redis transport tells.
    """

    SINGLE = 0
    BULK = 6
