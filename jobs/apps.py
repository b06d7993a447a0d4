from django.apps import AppConfig
from django.core import checks


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        from gateway.core.webhooks.kinds import register  # noqa: PLC0415 - see below
        from jobs.checks import check_delegate  # noqa: PLC0415 - it imports the models
        from jobs.webhooks import JobFinished  # noqa: PLC0415 - as above

        checks.register(check_delegate)
        register(JobFinished())
