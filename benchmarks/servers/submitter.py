"""A process that submits work and waits for its end: `python -m benchmarks.servers.submitter`.

It is a process of its own because its database is another one than the benchmarks'. Each line on
its standard input is a command, answered with one number::

    jobs 200      submit so many jobs at once, wait until all have ended: the seconds that took
    tasks 200     the same with bare Celery tasks
    submit 1000   submit so many empty jobs, as parts of one, and wait for none: the seconds
    drain 500     wait until so many of those, in all, have ended: the seconds
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from benchmarks.servers.asking import asking

PATIENCE_SECONDS = 300
LOOK_SECONDS = 0.01


class NotDoneError(Exception):
    """It was not done in PATIENCE_SECONDS."""


@contextmanager
def submitter(environment: Mapping[str, str]) -> Iterator[Callable[[str], float]]:
    """A function that gives a command and returns its answer. The database is made ready."""
    with asking(__name__, environment) as ask:
        ask("ready 0")
        yield lambda command: float(ask(command))


def main() -> None:
    import django  # noqa: PLC0415 - a script's own

    django.setup()
    from gateway.run.database import migrate  # noqa: PLC0415 - after django.setup

    migrate()
    commands = {"ready": float, "jobs": jobs, "tasks": tasks, "submit": submit, "drain": drain}
    for line in sys.stdin:
        name, number = line.split()
        started = time.monotonic()
        commands[name](int(number))
        print(time.monotonic() - started, flush=True)  # noqa: T201 - the answer


def jobs(number: int) -> None:
    from benchmarks.tasks import IO_OPERATION  # noqa: PLC0415 - after django.setup
    from jobs import api  # noqa: PLC0415 - as above

    for _ in range(number):
        api.submit(operation=IO_OPERATION, arguments={}, requested_by=None)
    mine = api.Job.objects.filter(operation=IO_OPERATION)
    _wait(number)
    _until(lambda: not mine.exclude(state="SUCCEEDED").exists())


def tasks(number: int) -> None:
    from benchmarks.tasks import bare_io  # noqa: PLC0415 - after django.setup

    for _ in range(number):
        bare_io.delay()
    _wait(number)


def submit(number: int) -> None:
    from benchmarks.tasks import EMPTY_OPERATION  # noqa: PLC0415 - after django.setup
    from jobs import api  # noqa: PLC0415 - as above

    children = [api.Part(None, {})] * number
    api.submit_many(operation=EMPTY_OPERATION, children=children, requested_by=None)


def drain(number: int) -> None:
    from benchmarks.tasks import EMPTY_OPERATION  # noqa: PLC0415 - after django.setup
    from jobs.api import Job  # noqa: PLC0415 - as above

    ended = Job.objects.filter(operation=EMPTY_OPERATION, parent__isnull=False, state="SUCCEEDED")
    _until(lambda: ended.count() >= number, seconds=0.2)


def _wait(number: int) -> None:
    """Until so many ends were noted since the last time."""
    from benchmarks.tasks import ENDS  # noqa: PLC0415 - after django.setup
    from gateway.core import redis  # noqa: PLC0415 - as above

    client = redis.client()
    _until(lambda: int(client.get(ENDS) or 0) >= number)
    client.delete(ENDS)


def _until(done: Callable[[], bool], *, seconds: float = LOOK_SECONDS) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not done():
        if time.monotonic() > give_up:
            raise NotDoneError
        time.sleep(seconds)


if __name__ == "__main__":
    main()
