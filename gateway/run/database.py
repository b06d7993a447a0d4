"""The database of a run: reachable, and its tables up to date."""

import errno
import traceback

from django.core.management import call_command
from django.db import DatabaseError, connection, connections

from gateway.core.db import is_unavailable
from gateway.core.migration_check import missing_migrations, refusal_of
from gateway.core.redaction import redact
from gateway.run.errors import StartError

NO_ANSWER = (
    "The database does not answer: {error}\n"
    "Start it, or correct DATABASE_URL, then start the gateway again."
)
IN_THE_WAY = "The database cannot be changed: {error}\n{remedy}"
FAILED = (
    "{trace}\n"
    "The migration {name} of the database has failed: {error}\n"
    "The migrations before it are applied, and the next start begins with this one. Nothing serves "
    "until it succeeds. To go back, restore a backup: see Upgrade in docs/deploy.md."
)
ROOM = "Make room on its disk, then start the gateway again: it continues where it ended."
WRITABLE = "Make its file and its directory writable, then start the gateway again."
# By words of SQLite's and PostgreSQL's messages, and of the system's.
REMEDIES = {
    "is locked": "Another program has locked it. End that program, then start the gateway again.",
    "disk is full": ROOM,
    "no space left": ROOM,
    "readonly database": WRITABLE,
    "unable to open database file": WRITABLE,
    "permission denied for": "Give its user the right to create tables, then start the gateway.",
}
# Of the system: the disk or the directory is at fault, and no traceback says more.
OF_THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO})


def migrate() -> int:
    """Apply what is missing; returns how many migrations that were.

    Raises:
        StartError: the database does not answer or refuses, is of a version that is too old or too
            new, or a migration fails.
    """
    try:
        _require_answer()
        if refusal := refusal_of(connection):
            raise StartError(refusal)
        missing = len(missing_migrations(connection))
        if missing:
            _apply()
    except DatabaseError as error:
        raise StartError(database_fault(error)) from None
    finally:
        connections.close_all()
    return missing


def database_fault(error: Exception) -> str:
    """Why the database refuses, and how to remove the cause where its message names one."""
    text = redact(str(error)).strip()
    if remedy := _remedy(text):
        return IN_THE_WAY.format(error=text, remedy=remedy)
    if is_unavailable(error):
        return NO_ANSWER.format(error=text)
    return f"The database refuses: {text}"


def disk_fault(error: OSError) -> str:
    """Why a file cannot be written, and what to do; empty if the disk is not the cause."""
    if error.errno not in OF_THE_DISK:
        return ""
    where = f" ({error.filename})" if error.filename else ""
    return (
        f"DATA_DIR cannot be written: {error.strerror}{where}.\n"
        "Make room, or make it writable, then start the gateway again: it continues where it ended."
    )


def _require_answer() -> None:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise StartError(database_fault(error)) from None


def _apply() -> None:
    """Raises StartError: the database is at fault, or a migration."""
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except Exception as error:  # noqa: BLE001 - a migration may raise anything
        if is_unavailable(error) or _remedy(str(error)):
            raise StartError(database_fault(error)) from None
        raise StartError(
            FAILED.format(
                trace=redact(traceback.format_exc()),
                name=_first_missing(),
                error=redact(f"{type(error).__name__}: {error}").strip(),
            )
        ) from None


def _first_missing() -> str:
    """The migration that is applied next: the one that has just failed."""
    missing = missing_migrations(connection)
    return str(missing[0]) if missing else "of the last step"


def _remedy(text: str) -> str:
    found = text.lower()
    return next((remedy for word, remedy in REMEDIES.items() if word in found), "")
