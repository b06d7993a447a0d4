"""The backend: Django's own, and a thread that waits for the write lock keeps no turn to compute.

A transaction takes SQLite's one write lock when it begins. Its thread computes without a turn until
the transaction ends: it must not keep the lock while it waits for a turn.
"""

from django.db.backends.sqlite3 import base

from gateway.core import turns


class DatabaseWrapper(base.DatabaseWrapper):
    _turn: turns.Turn | None = None  # the one that the transaction under way has interrupted

    def _start_transaction_under_autocommit(self) -> None:
        self._turn = turns.pause()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._go_on()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]  # not in the stubs
        finally:
            self._go_on()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._go_on()

    def _go_on(self) -> None:
        turn, self._turn = self._turn, None
        turns.go_on(turn)
