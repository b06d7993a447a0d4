"""Workers that kill themselves at a point of a job's life: `celery ... --include` this module.

::

    message ──> queued ──> claim ──> claimed ──> before_call ──> the cloud acts ──> after_call
                                                          ──> the step waits ──> waiting

A job is doomed by a file of its id that names the point. The worker that reaches the point first
renames the file and dies of SIGKILL: nothing is flushed, closed, released or reported. A job may
miss its point when its worker dies of another job at the wrong moment.
"""

import os
import signal
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from gateway.core import logging
from inventory.providers import Cloud
from inventory.providers.capability import LIST
from jobs.run import runner, settlement

POINTS = ("queued", "claimed", "before_call", "after_call", "waiting")


def doom(directory, job, point):
    """Have the first worker that takes ``job`` as far as ``point`` die there."""
    directory.mkdir(exist_ok=True)
    (directory / str(job.pk)).write_text(point)


def deaths(directory):
    """The points at which workers have died, in no order."""
    return [file.read_text() for file in directory.glob("*.died")]


def arm():
    """Let this process die at the points that the files of jobs name."""
    _wrap(runner, "claim_job", before="queued", after="claimed")
    _wrap(settlement, "settle_wait", after="waiting")
    doing = Cloud._doing

    @contextmanager
    def deadly(cloud, resource, verb, *arguments):
        acts = verb != LIST
        with doing(cloud, resource, verb, *arguments) as function:
            _die_at("before_call" if acts else None)
            yield function
            _die_at("after_call" if acts else None)

    Cloud._doing = deadly


def _wrap(module, name, *, before=None, after=None):
    function = getattr(module, name)

    def deadly(*arguments, **options):
        _die_at(before)
        result = function(*arguments, **options)
        _die_at(after)
        return result

    setattr(module, name, deadly)


def _die_at(point):
    if point is None:
        return
    file = Path(settings.DATA_DIR) / "doomed" / (logging._job_id.get() or "none")
    with suppress(FileNotFoundError):
        if file.read_text() == point:
            file.rename(file.with_suffix(".died"))
            os.kill(os.getpid(), signal.SIGKILL)


if "pytest" not in sys.modules:
    arm()
