from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "gateway.core.accounts"
    label = "accounts"
