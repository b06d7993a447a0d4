"""The Celery application: `celery -A gateway worker --pool threads`."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gateway.settings")

TRANSPORT_ALIASES.update(
    dict.fromkeys(("redis", "rediss"), "gateway.core.redis_transport:Transport")
)

app = Celery("gateway")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["jobs", "inventory"])
