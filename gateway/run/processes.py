"""The processes of a run: what each is started with.

run ──┬── (redis)   embedded, see embedded_redis; ends last
      ├── web       Granian: gateway.asgi
      ├── worker    Celery: the steps of jobs
      ├── beat      Celery: sends the periodic tasks, such as the sweep
      └── aws       the demo's cloud, where there is a demo
"""

import sys
from collections.abc import Iterable, Mapping

from gateway.run.options import Options
from gateway.run.orphans import MARK
from gateway.run.ports import LOOPBACK

WEB_WORKERS = 2
# In the environment of `gateway.web`: it serves when its standard input has ended.
HELD = "GATEWAY_HELD"
# Each open stream is a request: with Granian's default of 512, live reads would wait behind them.
BACKPRESSURE = 2000


def environment(options: Options, *, redis_url: str) -> dict[str, str]:
    """The variables that are added to the environment of every process, including this one."""
    return {
        "DATA_DIR": str(options.data_dir),
        "PORT": str(options.port),
        "REDIS_URL": redis_url,
        "DJANGO_SETTINGS_MODULE": "gateway.settings",
        "PYTHONUNBUFFERED": "1",
        MARK: str(options.run_dir),
    }


def part_environment(
    options: Options, *, allowed: Iterable[str], aws_port: int | None
) -> dict[str, str]:
    """The variables that are added to the environment of the parts only.

    ``allowed``: EGRESS_ALLOW of the settings; ``aws_port`` None: there is no demo cloud.
    """
    demo = [] if aws_port is None else [f"{LOOPBACK}:{aws_port}"]
    return {
        "DEMO_READY_FILE": str(options.ready_file),
        "EGRESS_ALLOW": ",".join([*allowed, *demo]),
    }


def commands(options: Options, *, aws_port: int | None) -> Mapping[str, list[str]]:
    """The command of each process by its name; ``aws_port`` None: no demo cloud."""
    python = [sys.executable, "-m"]
    found = {
        "web": [*python, *_web(options)],
        "worker": [*python, "gateway.run.celery_part", "worker"],
        "beat": [*python, "gateway.run.celery_part", "beat"],
    }
    if aws_port is not None:
        found["aws"] = aws_command(options, aws_port)
    return found


def first_worker_command(report: int, *, aws_port: int | None) -> list[str]:
    """The command of a worker that prepares the data before it works: see celery_part."""
    part = [sys.executable, "-m", "gateway.run.celery_part", "worker"]
    return [*part, str(report), str(aws_port or 0)]


def aws_command(options: Options, port: int) -> list[str]:
    directory = options.data_dir / "demo-aws"
    return [sys.executable, "-m", "gateway.run.demo.aws", str(port), str(directory)]


def _web(options: Options) -> list[str]:
    return [
        *("gateway.web", "gateway.asgi:application", "--interface", "asgi", "--no-ws"),
        *("--host", LOOPBACK, "--port", str(options.port)),
        *("--workers", str(WEB_WORKERS), "--backpressure", str(BACKPRESSURE)),
        *("--respawn-failed-workers", "--workers-kill-timeout", "3s", "--log-level", "warning"),
    ]
