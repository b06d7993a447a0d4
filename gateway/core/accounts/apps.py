from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "gateway.core.accounts"
    label = "accounts"

    def ready(self) -> None:
        from gateway.core.accounts.logins import keep_logins  # noqa: PLC0415 - needs the models

        keep_logins()
