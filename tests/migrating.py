"""Migrations of the test's own database, forwards and backwards."""

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from inventory.rollups.upkeep import make_rollups
from inventory.text_indexes import make_text_indexes


def migrate(targets):
    """Migrate, and run the steps of `manage.py migrate` that follow. Other steps follow only if the
    database has changed.
    """
    MigrationExecutor(connection).migrate(targets)
    sender = apps.get_app_config("inventory")
    for follow in (make_rollups, make_text_indexes):
        follow(sender=sender)
