from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "gateway.core.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from gateway.core.webhooks.ping import register_ping  # noqa: PLC0415 - after the apps

        register_ping()
