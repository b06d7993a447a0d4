"""Django's ``migrate``, which another process that migrates the same database waits for."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from gateway.core.migration_lock import migration_lock


class Command(migrate.Command):
    def handle(self, *arguments: Any, **options: Any) -> None:
        with migration_lock(connections[options["database"]]):
            super().handle(*arguments, **options)
