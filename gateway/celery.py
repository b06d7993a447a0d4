"""The Celery application of the workers: `celery -A gateway worker --pool threads`.

It is also that of every process with Django's apps (see gateway.apps): what sends tasks uses it.
"""

import os

from celery import Celery

from gateway.core.redis_transport import register

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gateway.settings")

register()
app = Celery("gateway")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["jobs", "inventory"])
