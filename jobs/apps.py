from django.apps import AppConfig
from django.core import checks


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        from jobs.checks import check_delegate  # noqa: PLC0415 - it imports the models

        checks.register(check_delegate)
