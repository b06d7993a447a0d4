"""Granian, started so that its workers share what the application has imported.

    python -m gateway.web gateway.asgi:application --interface asgi …

Granian imports an application in each of its workers. Here it is imported once, before the workers
are forked, and they share its memory. Granian forks if that is Python's default (Linux before
Python 3.14); otherwise each worker imports it.

With GATEWAY_HELD=1 in its environment it serves only after a line on its standard input: so
`make run` lets it import while the database is prepared. If the input ends without a line, `make
run` has ended, and the database may not be prepared: it ends too.
"""

import os
import sys

from granian.cli import entrypoint

from gateway.core.lasting_imports import lasting_imports
from gateway.core.open_files import raise_file_limit

with lasting_imports():
    import gateway.asgi  # noqa: F401 - for the workers

if __name__ == "__main__":
    raise_file_limit()
    if os.environ.get("GATEWAY_HELD") and not sys.stdin.readline():
        sys.exit("Ended: the process that started this one has ended before the data was prepared.")
    sys.exit(entrypoint())  # type: ignore[no-untyped-call]  # Granian has no types for it
