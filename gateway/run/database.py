"""The database of a run: reachable, and its tables up to date."""

from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from gateway.core.migration_check import TOO_OLD, half_replaced
from gateway.core.redaction import redact
from gateway.run.errors import StartError


def migrate() -> int:
    """Apply what is missing; returns how many migrations that were.

    Raises:
        StartError: the database does not answer or refuses, or is of a version that is too old.
    """
    try:
        if apps := half_replaced(connection):
            raise StartError(TOO_OLD.format(apps=", ".join(apps)))
        missing = _missing_migrations()
        if missing:
            call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        raise StartError(f"The database does not answer: {redact(str(error)).strip()}") from None
    finally:
        connections.close_all()
    return missing


def _missing_migrations() -> int:
    executor = MigrationExecutor(connection)
    executor.check_replacements()  # notes migrations all of whose predecessors are applied
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
