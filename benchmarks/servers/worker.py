"""A Celery worker as `make run` starts it, which also knows the tasks of the benchmarks."""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.servers.process import running
from benchmarks.world import World
from gateway.run.celery_part import WORKER_THREADS


@contextmanager
def worker(world: World, *, tasks: str) -> Iterator[int]:
    """Its process id. ``tasks``: a module with tasks that it loads besides the product's own."""
    from gateway.celery import app  # noqa: PLC0415 - reads Django's settings

    with running(
        "celery",
        [
            *("--quiet", "--skip-checks", "--app", "gateway", "worker"),
            *("--pool", "threads", "--concurrency", str(WORKER_THREADS)),
            *("--without-gossip", "--without-mingle", "--include", tasks),
        ],
        environment=world.environment,
        log=world.directory / "worker.log",
        is_ready=lambda: bool(app.control.ping(timeout=0.5)),
    ) as pid:
        yield pid
