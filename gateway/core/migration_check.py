"""A database of a version that is too old to be upgraded by this one.

Each app has one migration that replaces all earlier ones (``replaces``). Django regards it as
applied if all of those are applied, and runs it if none is. If only some are, Django continues with
those whose files still exist. If some are not applied and their files are gone, Django would ignore
the app and change nothing, so the database is refused here.
"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import Error
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

TOO_OLD = (
    "The database is of a version that this one cannot upgrade ({apps}). Start the last version "
    "that can, then this one: see Upgrade in docs/deploy.md."
)


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


def check_replaced(*, databases: Sequence[str] | None = None, **_options: Any) -> list[Error]:
    """A system check of ``manage.py migrate``."""
    return [
        Error(TOO_OLD.format(apps=", ".join(apps)), id="gateway.E001")
        for alias in databases or ()
        if (apps := half_replaced(connections[alias]))
    ]
