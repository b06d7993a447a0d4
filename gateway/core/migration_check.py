"""Which migrations a database has: all, or too few, or those of another version.

Each app has one migration that replaces all earlier ones (``replaces``). Django regards it as
applied if all of those are applied, and runs it if none is. If only some are, Django continues with
those whose files still exist. If some are not applied and their files are gone, Django would ignore
the app and change nothing, so the database is refused here. A database of a newer version is
refused too: this version does not know all of its columns, and migrations only go forward.
"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import Error
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration

TOO_OLD = (
    "The database is of a version that this one cannot upgrade ({apps}). Start the last version "
    "that can, then this one: see Upgrade in docs/deploy.md."
)
TOO_NEW = (
    "The database is of a newer version than this one ({names}). Start that version, or restore a "
    "backup of this version: see Upgrade in docs/deploy.md."
)
LACKING = "The database lacks {count} migrations, {first} first: run ./manage.py migrate."


def half_replaced(connection: BaseDatabaseWrapper) -> list[str]:
    """Labels of apps that have some of their replaced migrations without a file, and not all."""
    loader = MigrationLoader(connection)
    applied = loader.applied_migrations or {}
    found = []
    for (app, _name), migration in loader.replacements.items():
        gone = [one for one in migration.replaces if one not in loader.disk_migrations]
        known = [one in applied for one in gone]
        if any(known) and not all(known):
            found.append(app)
    return sorted(found)


def unknown_migrations(connection: BaseDatabaseWrapper) -> list[str]:
    """Names, with their apps, of applied migrations that this version does not have.

    Those of an app that is not installed any more do not count.
    """
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        known.update(migration.replaces)
    applied = loader.applied_migrations or {}
    return sorted(
        f"{app}.{name}"
        for app, name in applied
        if app in loader.migrated_apps and (app, name) not in known
    )


def refusal_of(connection: BaseDatabaseWrapper) -> str:
    """Why this version cannot use the database, whatever is migrated; empty if it can."""
    if apps := half_replaced(connection):
        return TOO_OLD.format(apps=", ".join(apps))
    if names := unknown_migrations(connection):
        return TOO_NEW.format(names=", ".join(names))
    return ""


def missing_migrations(connection: BaseDatabaseWrapper) -> list[Migration]:
    """The migrations that ``migrate`` would apply, in their order.

    It also notes, as ``migrate`` does, the migrations all of whose predecessors are applied.
    """
    executor = MigrationExecutor(connection)
    executor.check_replacements()
    return _plan(executor)


def lacking(connection: BaseDatabaseWrapper) -> str:
    """A sentence that says which migrations are missing; empty if none is. Changes nothing."""
    missing = _plan(MigrationExecutor(connection))
    return LACKING.format(count=len(missing), first=missing[0]) if missing else ""


def _plan(executor: MigrationExecutor) -> list[Migration]:
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [migration for migration, _backwards in plan]


def check_versions(*, databases: Sequence[str] | None = None, **_options: Any) -> list[Error]:
    """A system check of ``manage.py migrate``."""
    return [
        Error(refusal, id="gateway.E001")
        for alias in databases or ()
        if (refusal := refusal_of(connections[alias]))
    ]
