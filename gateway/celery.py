"""The Celery application of the workers: `celery -A gateway worker --pool threads`.

It is also that of every process with Django's apps (see gateway.apps): what sends tasks uses it.
"""

import os
import warnings

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import setup_logging

from gateway.core.redis_transport import register

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gateway.settings")

# In a container root is usual. Messages are JSON: the warning is about pickled ones.
warnings.filterwarnings("ignore", category=SecurityWarning)

register()
app = Celery("gateway")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["jobs", "inventory", "gateway.core.webhooks"])


@setup_logging.connect
def leave_logging_alone(**_options: object) -> None:
    """Django's settings configure it. Where nothing is connected here, Celery sets the level of the
    root logger to its own, and a worker logs less than LOG_LEVEL says.
    """
