"""A database with all tables and no rows, made once in a run of the tests and then copied.

To apply all migrations takes about six seconds of processor time, and each process of a run needs a
database, as does each gateway that a test starts.
"""

import fcntl
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

from gateway.run.options import ROOT

# Set by tests/environment.py: a directory that all processes of a run share.
SHARED = "TESTS_SHARED_DIR"
# Set by tests/postgres.py: the database of its server that new ones are copied from.
POSTGRES_TEMPLATE = "TESTS_POSTGRES_TEMPLATE"


def migrate(url: str) -> None:
    """Apply all migrations to the database, in a process of its own."""
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": url, "DATA_DIR": directory},
            check=True,
        )


def copy_sqlite(path: Path) -> None:
    """Write a migrated database to ``path``, where no file is."""
    template = _sqlite_template()
    with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)


def prepare_test_database(connection: BaseDatabaseWrapper) -> bool:
    """Give Django's tests a migrated database to begin with. True: it is there already."""
    if connection.vendor == "sqlite":
        copy_sqlite(Path(connection.settings_dict["TEST"]["NAME"]))
        return True
    connection.settings_dict["TEST"]["TEMPLATE"] = os.environ.get(POSTGRES_TEMPLATE)
    return False


def _sqlite_template() -> Path:
    directory = Path(os.environ[SHARED])
    template = directory / "migrated.sqlite3"
    with _lock(directory / "migrated.lock"):
        if not template.exists():
            unfinished = directory / "unfinished.sqlite3"
            migrate(f"sqlite:///{unfinished}")
            # In WAL mode, the latest writes may be missing from the file.
            with closing(sqlite3.connect(unfinished)) as source:
                source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            unfinished.rename(template)
    return template


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
