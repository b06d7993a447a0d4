"""Users, and jobs in any state that were never run."""

import itertools
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.utils import timezone

from jobs.models import Job
from jobs.models.states import FINISHED, JobState

OPERATION = "test.operation"
_numbers = itertools.count(1)


def make_user(username=None, **options):
    name = username or f"user-{next(_numbers)}"
    return get_user_model().objects.create_user(username=name, password="correct-horse", **options)


def make_job(state=JobState.QUEUED, **columns):
    """A job that is due now and that no worker has claimed; ``columns`` override."""
    now = timezone.now()
    values = {
        "operation": OPERATION,
        "state": state.value,
        "run_after": now,
        "deadline_at": now + timedelta(minutes=15),
        "finished_at": now if state in FINISHED else None,
    }
    if state is not JobState.QUEUED:
        values |= {"started_at": now, "attempts": 1, "step": 1}
    return Job.objects.create(**values | columns)


def make_parent(*child_states, state=JobState.RUNNING, **columns):
    """A parent with a child in each of these states."""
    parent = make_job(state, run_after=None, **columns)
    for child_state in child_states:
        make_job(child_state, parent=parent)
    return parent


def in_seconds(seconds):
    return timezone.now() + timedelta(seconds=seconds)
