"""The backend: Django's own, and ``pool`` in its OPTIONS is the size of our pool."""

from functools import partial
from typing import Any

import psycopg
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base

from gateway.core.postgresql.pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """``OPTIONS["pool"]``: the keyword arguments of ConnectionPool."""

    @property
    def pool(self) -> ConnectionPool | None:
        options = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not options:
            return None
        pools: dict[str, Any] = self._connection_pools  # type: ignore[attr-defined]  # not in the stubs
        if self.alias not in pools:
            # If two threads are here at once, only one of them sets the pool.
            pools.setdefault(self.alias, self._new_pool(options))
        found: ConnectionPool = pools[self.alias]
        return found

    def chunked_cursor(self) -> Any:
        """A cursor of the server within a transaction; outside, one that fetches all rows at once.

        There it would have to outlive its transaction in a session of its own, which PgBouncer
        does not lend in transaction mode. See ``gateway.core.db.in_chunks``.
        """
        return super().chunked_cursor() if self.in_atomic_block else self.cursor()

    def _new_pool(self, options: dict[str, Any]) -> ConnectionPool:
        parameters = self.get_connection_params() | {"autocommit": True}
        return ConnectionPool(partial(self._open, parameters), **options)

    def _open(self, parameters: dict[str, Any]) -> psycopg.Connection[Any]:
        connection = psycopg.connect(**parameters)
        try:
            self._configure_connection(connection)  # type: ignore[attr-defined]  # not in the stubs
        except BaseException:
            connection.close()
            raise
        return connection
