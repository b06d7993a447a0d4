"""Functions that are called when jobs end, in the same transaction.

The app that submits a job may have to change its own rows together with the job's last transition:
what was read of the target before is out of date now. ::

    @on_finished("virtual_machine.")
    def mark_sources_dirty(jobs: Sequence[Job]) -> None: ...

A listener is called once, at the end of the transaction, with all jobs that end in it. So it can
lock its own rows in one order: see "The order of locks" in docs/architecture.md.
A listener that raises rolls the transition back, and the job ends as FAILED with the code INTERNAL.
So it does nothing but write rows.
"""

from collections.abc import Callable, Sequence

from jobs.models import Job

Listener = Callable[[Sequence[Job]], None]

_listeners: list[tuple[str, Listener]] = []


def on_finished(prefix: str) -> Callable[[Listener], Listener]:
    """Have a function called with the jobs that end and whose operation begins with ``prefix``.

    It is called for every final state, and for parents too.
    """

    def register(listener: Listener) -> Listener:
        _listeners.append((prefix, listener))
        return listener

    return register


def notify_finished(jobs: Sequence[Job]) -> None:
    """Call the listeners. Nothing is locked after this in the same transaction."""
    for prefix, listener in _listeners:
        if concerned := [job for job in jobs if job.operation.startswith(prefix)]:
            listener(concerned)
