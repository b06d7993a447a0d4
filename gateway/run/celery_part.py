"""The worker and the beat of a deployment, without Celery's command line.

    python -m gateway.run.celery_part worker

The command line imports all of Celery's commands, an interactive shell among them: 0.15 s of
processor time for each of the two. Django's checks are left out: they load the whole GraphQL
schema, which neither uses, and `make check` runs them.
"""

import os
import sys

from gateway.run.lasting_imports import lasting_imports

WORKER_THREADS = 80  # one requester gets 20: see jobs.run.shares


def main() -> int:
    """The exit code. The name of the part is the one argument."""
    return PARTS[sys.argv[1]]()


def work() -> int:
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
    worker.start()
    return int(worker.exitcode or 0)


def beat() -> int:
    from gateway.beat import app  # noqa: PLC0415 - a worker has an application of its own

    app.Beat(quiet=True).run()
    return 0


PARTS = {"worker": work, "beat": beat}

if __name__ == "__main__":
    sys.exit(main())
