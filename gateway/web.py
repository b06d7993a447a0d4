"""Granian, started so that its workers share what the application has imported.

    python -m gateway.web gateway.asgi:application --interface asgi …

Granian imports an application in each of its workers. Here it is imported before they are forked:
once, not once for each worker, and its memory is shared by them. Granian forks where that is
Python's default (Linux before Python 3.14); elsewhere its workers import it themselves.
"""

import resource
import sys
from contextlib import suppress

from granian.cli import entrypoint

import gateway.asgi  # noqa: F401 - for the workers

# Each thread may have files of SQLite and a socket open. The soft limit is often 1,024, because of
# programs that use select().
MOST_FILES = 65_536


def raise_file_limit() -> None:
    """Allow MOST_FILES open files, or as many as the system lets this process have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):  # macOS has a limit of its own
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    raise_file_limit()
    sys.exit(entrypoint())  # type: ignore[no-untyped-call]  # Granian has no types for it
