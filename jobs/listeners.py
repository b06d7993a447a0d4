"""Who is told, in the same transaction, when a job ends.

The app that submits a job may have to change its own rows together with the job's last transition:
what was read of the target before is out of date now. ::

    @on_finished("virtual_machine.")
    def mark_sources_dirty(job: Job) -> None: ...

A listener that raises rolls the transition back, and the job ends as FAILED with the code INTERNAL.
So it does nothing but write rows.
"""

from collections.abc import Callable

from jobs.models import Job

Listener = Callable[[Job], None]

_listeners: list[tuple[str, Listener]] = []


def on_finished(prefix: str) -> Callable[[Listener], Listener]:
    """Have a function called with every job that ends and whose operation begins with ``prefix``.

    However it ends, and parents too.
    """

    def register(listener: Listener) -> Listener:
        _listeners.append((prefix, listener))
        return listener

    return register


def tell_finished(job: Job) -> None:
    for prefix, listener in _listeners:
        if job.operation.startswith(prefix):
            listener(job)
