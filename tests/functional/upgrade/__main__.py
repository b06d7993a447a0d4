"""Two commands on the database that DATABASE_URL names, which they bring up to date first::

    python -m tests.functional.upgrade make DIRECTORY    fill it; write <vendor>.sql, .cloud.sql
                                                         (the simulated cloud) and .json
    python -m tests.functional.upgrade look              print what the upgrade left, as JSON
    python -m tests.functional.upgrade look --by-one     the same after a start for each migration

``make`` is run with the code of the release that others upgrade from, on an empty database.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import django

from gateway.run.embedded_redis import embedded_redis
from tests.functional.upgrade import SECRETS

LONGEST = "inventory"  # the app with a chain of migrations


def main(command, *arguments):
    from django.core.management import call_command  # noqa: PLC0415 - after django.setup
    from django.test.utils import setup_test_environment  # noqa: PLC0415

    setup_test_environment()
    if arguments == ("--by-one",):
        arguments = ()
        migrate_by_one()
    call_command("migrate", verbosity=0)
    {"make": make, "look": look}[command](*arguments)


def migrate_by_one():
    """Run each migration by itself, as if the next one had failed or did not exist."""
    from django.db import connection  # noqa: PLC0415 - after django.setup
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    names = [
        name for app, name in MigrationExecutor(connection).loader.graph.nodes if app == LONGEST
    ]
    assert len(names) > 1
    for name in sorted(names):
        MigrationExecutor(connection).migrate([(LONGEST, name)])


def make(directory):
    from django.conf import settings  # noqa: PLC0415 - after django.setup
    from django.db import connection  # noqa: PLC0415

    from tests.functional.upgrade import answers, dumps, world  # noqa: PLC0415

    world.fill()
    path = Path(directory) / connection.vendor
    path.with_suffix(".sql").write_text(dumps.dump(os.environ["DATABASE_URL"]))
    cloud = dumps.simulator_url(settings.SIMULATOR_DIR, world.SEED)
    path.with_suffix(".cloud.sql").write_text(dumps.dump(cloud))
    found = json.dumps(answers.stored(), indent=1, ensure_ascii=False)
    path.with_suffix(".json").write_text(f"{found}\n")


def look():
    from tests.functional.upgrade import answers, tables  # noqa: PLC0415 - after django.setup

    found = {"schema": tables.schema(), "rows": tables.rows()}
    if found["rows"]["jobs_job"]:
        found |= {"stored": answers.stored(), "again": answers.again(), "ends": answers.ends()}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory, embedded_redis(Path(directory)) as redis:
        os.environ |= {"DATA_DIR": directory} | os.environ | {"REDIS_URL": redis, **SECRETS}
        os.environ["DJANGO_SETTINGS_MODULE"] = "gateway.settings"
        django.setup()
        main(*sys.argv[1:])
