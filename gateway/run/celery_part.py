"""The worker and the beat of a deployment, without Celery's command line.

    python -m gateway.run.celery_part worker
    python -m gateway.run.celery_part worker REPORT AWS_PORT

The second form is that of the first worker of `make run`, which prepares the data before it works.
REPORT is the descriptor of a pipe to the runner; AWS_PORT is where the demo's cloud starts, or 0.

The command line imports all of Celery's commands, an interactive shell among them: 0.15 s of
processor time for each of the two. Django's checks are left out: they load the whole GraphQL
schema, which neither uses, and `make check` runs them.
"""

import logging
import os
import sys
import time
from collections.abc import Callable

from gateway.core.lasting_imports import lasting_imports
from gateway.core.redaction import redact

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
WORKER_THREADS = 80  # one requester gets 20: see jobs.run.shares


def main() -> int:
    """The exit code. The first argument is the name of the part."""
    part, *numbers = sys.argv[1:]
    return PARTS[part](*map(int, numbers))


def work(report: int | None = None, aws_port: int = 0) -> int:
    """``report`` None: another process prepares the data, and is waited for. See above."""
    os.environ["CELERY_SKIP_CHECKS"] = "true"
    with lasting_imports():
        from gateway.celery import app  # noqa: PLC0415 - beat does without Django's apps

        # Workers need no gossip and no mingle, which waits for a second: their state is in the
        # database.
        worker = app.Worker(
            pool="threads",
            concurrency=WORKER_THREADS,
            quiet=True,
            without_gossip=True,
            without_mingle=True,
        )
        if report is not None:
            from gateway.run.first_worker import prepare_run  # noqa: PLC0415 - it imports models
    if report is None:
        _wait_for_migrations()
    elif not prepare_run(report, aws_port=aws_port or None):
        return 1
    worker.start()
    return int(worker.exitcode or 0)


def _wait_for_migrations() -> None:
    """Without its tables, the database has no work, and each look for some would be an error."""
    from django.db import Error, connections  # noqa: PLC0415 - beat does without Django's apps

    from gateway.core.migration_check import lacking  # noqa: PLC0415 - as above

    said = False
    try:
        while missing := lacking(connections["default"]):
            if not said:
                log.warning("%s The worker waits for it.", missing)
                said = True
            time.sleep(LOOK_SECONDS)
    except Error as error:  # the worker itself bears a database that is away
        log.warning("The database does not answer: %s", redact(str(error)))
    finally:
        connections.close_all()


def beat() -> int:
    from gateway.beat import app  # noqa: PLC0415 - a worker has an application of its own

    app.Beat(quiet=True).run()
    return 0


PARTS: dict[str, Callable[..., int]] = {"worker": work, "beat": beat}

if __name__ == "__main__":
    sys.exit(main())
