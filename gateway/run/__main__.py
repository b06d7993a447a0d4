"""`make run`: prepares, starts all parts, prints how to use them, and ends them on Ctrl-C."""

import os
import signal
import sys
import threading
from types import FrameType
from typing import NoReturn

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from gateway.run.announce import announce
from gateway.run.broker import Broker, broker
from gateway.run.demo.whether import early_aws_port, plan_is_likely
from gateway.run.errors import StartError
from gateway.run.instance import only_instance, prepare_data_dir, require_free_port
from gateway.run.last_run import remember_run
from gateway.run.options import ROOT, Options, read_options
from gateway.run.orphans import MARK, end_marked
from gateway.run.part import CommandPart
from gateway.run.processes import (
    HELD,
    aws_command,
    commands,
    environment,
    first_worker_command,
    part_environment,
)
from gateway.run.reports import Reports
from gateway.run.runner import Runner

# `make run` says it; what tests start on data of their own is nothing for ./manage.py.
REMEMBER = "--remember"
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """The exit code: 0 after Ctrl-C or SIGTERM, 1 when something else ended the run."""
    for number in ENDING:
        is_ignored = signal.getsignal(number) is signal.SIG_IGN
        if not (number == signal.SIGHUP and is_ignored):  # nohup: outlive the terminal
            signal.signal(number, _interrupt)
    try:
        _start(read_options())
    except StartError as error:
        print(f"\n{error}\n", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        pass
    print("Everything has ended.", flush=True)
    return 0


def _start(options: Options) -> None:
    prepare_data_dir(options)
    with only_instance(options):
        if left := end_marked(options.run_dir):
            _say(f"ended {len(left)} processes that an earlier run had left behind")
        require_free_port(options)
        if REMEMBER in sys.argv:
            remember_run(options.data_dir)
        os.environ[MARK] = str(options.run_dir)
        runner = Runner()
        try:
            early_port = early_aws_port(options)
            if early_port is not None:
                command = aws_command(options, early_port)
                runner.start("aws", command, env=os.environ, cwd=str(ROOT))
            with broker(options) as redis:
                _serve(options, redis, runner, early_port)
        finally:
            _ignore_signals()
            end_marked(options.run_dir)


def _serve(options: Options, redis: Broker, runner: Runner, early_port: int | None) -> None:
    os.environ.update(environment(options, redis_url=redis.url))
    try:
        early_web = _early_web(options, runner, early_port)
    except ImproperlyConfigured as error:
        raise StartError(str(error)) from None
    reports = _first_worker(runner, early_port)
    prepared = reports.prepared()
    if prepared.aws_port is None:
        runner.drop("aws")
    if early_web and prepared.aws_port == early_port:
        early_web.release()
    else:
        runner.drop("web")  # it has another environment
    runner.add(
        commands(options, aws_port=prepared.aws_port),
        env={**os.environ, **prepared.environment},
        cwd=str(ROOT),
    )
    if redis.server:
        runner.watch(redis.server)
    threading.Thread(
        target=announce,
        args=(options, reports, runner),
        kwargs={"new_password": prepared.new_password},
        daemon=True,
    ).start()
    if not runner.run():
        raise StartError(runner.failure)


def _first_worker(runner: Runner, aws_port: int | None) -> Reports:
    """Start the worker, which prepares the data. ``aws_port``: as of ``_early_web``."""
    reading, writing = os.pipe()
    command = first_worker_command(writing, aws_port=aws_port)
    runner.start("worker", command, env=os.environ, cwd=str(ROOT), pass_fds=[writing])
    os.close(writing)  # the pipe ends with the worker
    return Reports(reading, say=_say)


def _early_web(options: Options, runner: Runner, aws_port: int | None) -> CommandPart | None:
    """The web server, held: it imports while the database is prepared. None: not started yet.

    ``aws_port``: where the demo's cloud is expected. Raises ImproperlyConfigured.
    """
    allowed = settings.EGRESS_ALLOW
    if not plan_is_likely(options):
        return None
    return runner.start(
        "web",
        commands(options, aws_port=aws_port)["web"],
        env={
            **os.environ,
            **part_environment(options, allowed=allowed, aws_port=aws_port),
            HELD: "1",
        },
        cwd=str(ROOT),
        held=True,
    )


def _say(line: str) -> None:
    print(f"  {line}", flush=True)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Once: a second Ctrl-C must not interrupt the end, which would leave processes behind."""
    _ignore_signals()
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
