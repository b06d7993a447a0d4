"""Beat sends tasks by name, and does not import the code that runs them."""

import subprocess
import sys

from celery import current_app

from gateway.beat import app as beat
from gateway.celery import app as worker

WHAT_BEAT_STARTS_WITH = """
from gateway.beat import app
import sys
app.loader.init_worker()
app.finalize()
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


WHAT_A_WORKER_STARTS_WITH = """
import gateway.run.celery_part, os, sys
os.environ["CELERY_SKIP_CHECKS"] = "true"  # they load the schema
from gateway.celery import app
app.loader.init_worker()
app.finalize()
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def loaded_by(script):
    """The packages that a process has loaded after it."""
    command = [sys.executable, "-c", script]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()  # noqa: S603 - our own words


def test_every_task_that_beat_sends_is_one_that_workers_run():
    worker.loader.import_default_modules()

    sent = {entry["task"] for entry in beat.conf.beat_schedule.values()}

    assert sent == {"jobs.sweep", "inventory.prune", "webhooks.send", "webhooks.prune"}
    assert sent <= set(worker.tasks)


def test_sweeps_that_no_worker_took_do_not_pile_up():
    for name in ("sweep", "webhooks"):
        assert beat.conf.beat_schedule[name]["options"] == {"expires": 10}


def test_whoever_sends_a_task_uses_the_application_of_the_workers():
    assert current_app._get_current_object() is worker


def test_beat_loads_no_app_and_no_library_of_clouds():
    loaded = loaded_by(WHAT_BEAT_STARTS_WITH)

    assert "celery" in loaded
    assert not {"inventory", "jobs", "libcloud", "boto3", "graphql"} & set(loaded)


def test_a_worker_loads_neither_graphql_nor_celery_s_command_line():
    loaded = loaded_by(WHAT_A_WORKER_STARTS_WITH)

    assert "jobs" in loaded
    assert not {"graphql", "graphene", "graphene_django", "click_repl"} & set(loaded)
