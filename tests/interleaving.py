"""Two transactions against each other on PostgreSQL, in every order in which they can deadlock.

A deadlock of two transactions is a pair of moments: the first holds one row and wants another, the
second holds that one and wants the first. So it is found by stopping the first after each of its
statements that lock rows, letting the second run until it has ended or waits for the first, and
letting the first go on. Nothing here depends on time: a transaction waits if PostgreSQL says so.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

GIVE_UP_SECONDS = 60.0  # only a fault of the test lasts that long
POLL_SECONDS = 0.002
LOCKING = ("INSERT", "UPDATE", "DELETE", "WITH changed AS (INSERT", "WITH changed AS (UPDATE")

Work = Callable[[], Any]


@dataclass
class Runner:
    """``work`` in a thread of its own; it stops after ``stop_after`` statements that lock rows."""

    work: Work
    stop_after: int | None = None
    statements: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    done: Future[None] = field(default_factory=Future)
    backend: int | None = None

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            with connection.execute_wrapper(self._wrap):
                self.work()
        except BaseException as error:  # noqa: BLE001 - the waiting caller raises it
            self.done.set_exception(error)
        else:
            self.done.set_result(None)
        finally:
            connection.close()
            self.stopped.set()

    def _wrap(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        connection.ensure_connection()
        self.backend = connection.connection.info.backend_pid
        result = execute(sql, params, many, context)
        if _locks(sql):
            self.statements.append(sql)
            if len(self.statements) == self.stop_after:
                self.stopped.set()
                assert self.go_on.wait(GIVE_UP_SECONDS)
        return result


def _locks(sql: str) -> bool:
    return sql.startswith(LOCKING) or " FOR " in sql


def interleaved(prepare: Callable[[], tuple[Work, Work]]) -> Iterator[list[BaseException]]:
    """Yield the errors of both transactions, for each moment at which the first one can stop.

    ``prepare`` makes new rows and returns the two transactions; it is called for each moment.
    """
    moment, went_on = 1, True
    while went_on:
        first, second = prepare()
        errors, went_on = _run(Runner(first, stop_after=moment), Runner(second))
        yield errors
        moment += 1


def _run(first: Runner, second: Runner) -> tuple[list[BaseException], bool]:
    """The errors, and whether the first one stopped before its end."""
    first.start()
    assert first.stopped.wait(GIVE_UP_SECONDS)
    went_on = not first.done.done() and first.stop_after == len(first.statements)
    second.start()
    _until_ended_or_waiting(second, first)
    first.go_on.set()
    errors = [runner.done.exception(GIVE_UP_SECONDS) for runner in (first, second)]
    return [error for error in errors if error is not None], went_on


def _until_ended_or_waiting(second: Runner, first: Runner) -> None:
    for _ in range(int(GIVE_UP_SECONDS / POLL_SECONDS)):
        if second.done.done() or first.backend in _blockers(second.backend):
            return
        second.stopped.wait(POLL_SECONDS)
    raise AssertionError("the second transaction neither ended nor waited for the first one")


def _blockers(backend: int | None) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_blocking_pids(%s)", [backend or 0])
        row: tuple[list[int]] = cursor.fetchone()
    return row[0]


@contextmanager
def quick_deadlocks() -> Iterator[None]:
    """PostgreSQL looks for a deadlock after 20 ms instead of a second, in new connections."""
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" SET deadlock_timeout = 20')
    connection.close_pool()
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" RESET deadlock_timeout')
