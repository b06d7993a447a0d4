from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


class InventoryConfig(AppConfig):
    name = "inventory"

    def import_models(self) -> None:
        """Also those that are declared beside their resource."""
        super().import_models()
        from inventory.resources import all_resources  # noqa: PLC0415 - needs other models

        all_resources()

    def ready(self) -> None:
        from gateway.core.webhooks.kinds import register  # noqa: PLC0415 - after the apps
        from inventory import operations  # noqa: F401, PLC0415 - registers what workers can run
        from inventory.job_delegate import InventoryDelegate  # noqa: PLC0415 - after the apps
        from inventory.providers.checks import check_kinds  # noqa: PLC0415 - after the apps
        from inventory.resources.checks import check_resources  # noqa: PLC0415 - needs the models
        from inventory.rollups.upkeep import make_rollups  # noqa: PLC0415 - needs the models
        from inventory.text_indexes import (  # noqa: PLC0415 - after the apps
            check_text_indexes,
            make_text_indexes,
        )
        from inventory.user_deletion import connect  # noqa: PLC0415 - needs the models
        from inventory.webhooks import KINDS  # noqa: PLC0415 - needs the models
        from jobs.api import register_delegate  # noqa: PLC0415 - after the apps

        checks.register(check_kinds)
        checks.register(check_resources)
        checks.register(check_text_indexes, checks.Tags.database)
        register_delegate(InventoryDelegate)
        connect()
        post_migrate.connect(make_rollups, sender=self)
        post_migrate.connect(make_text_indexes, sender=self)
        for kind in KINDS:
            register(kind)
