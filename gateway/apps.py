from django.apps import AppConfig


class GatewayConfig(AppConfig):
    name = "gateway"

    def ready(self) -> None:
        from gateway import celery  # noqa: F401, PLC0415 - whoever sends a task sends it through it
