"""What threads that wait on clouds need of the database."""

from django.db import connection


def release_connection() -> None:
    """Give this thread's connection back before a long wait, so that a small pool serves many.

    SQLite's connections cost nothing to keep and are kept. Inside a transaction nothing happens:
    the connection is still needed.
    """
    if connection.vendor != "sqlite" and not connection.in_atomic_block:
        connection.close()
