"""The Celery application of beat: `celery -A gateway.beat beat`.

Beat sends tasks by their names and runs none. So it loads neither Django's apps nor the clouds'
libraries, which a worker needs: it starts in a third of the time and the memory.
"""

import os

from celery import Celery

from gateway.core.redis_transport import register

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gateway.settings")

register()
app = Celery("gateway", fixups=(), set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")
