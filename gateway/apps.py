from django.apps import AppConfig
from django.core import checks

from gateway.core.migration_check import check_versions


class GatewayConfig(AppConfig):
    name = "gateway"

    def ready(self) -> None:
        from gateway import celery  # noqa: F401, PLC0415 - tasks are sent through it

        checks.register(check_versions, checks.Tags.database)
