"""How many files a process may have open: its threads have connections to SQLite and to clouds."""

import resource
from contextlib import suppress

# The soft limit is often 1,024, because of programs that use select().
MOST_FILES = 65_536


def raise_file_limit() -> None:
    """Allow this process MOST_FILES open files, or as many as the system lets it have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):  # macOS has a lower limit of its own
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
