"""Granian, started so that its workers share what the application has imported.

    python -m gateway.web gateway.asgi:application --interface asgi …

Granian imports an application in each of its workers. Here it is imported before they are forked:
once, not once for each worker, and its memory is shared by them. Granian forks where that is
Python's default (Linux before Python 3.14); elsewhere its workers import it themselves.
"""

import sys

from granian.cli import entrypoint

import gateway.asgi  # noqa: F401 - for the workers
from gateway.core.open_files import raise_file_limit

if __name__ == "__main__":
    raise_file_limit()
    sys.exit(entrypoint())  # type: ignore[no-untyped-call]  # Granian has no types for it
