"""Loaded before Django's settings: the tests' data never touches the data of `make run`.

A pytest plug-in (`-p tests.environment`), because conftest.py would come too late.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests.compiling import plan, wait_for_the_first

_directory = tempfile.mkdtemp(prefix="gateway-tests-")
atexit.register(shutil.rmtree, _directory, ignore_errors=True)

os.environ["DATA_DIR"] = _directory
# The processes of pytest-xdist inherit that of the one which starts them: see tests/migrated.py.
os.environ.setdefault("TESTS_SHARED_DIR", _directory)
plan(Path(_directory))
wait_for_the_first()
for name in ("GATEWAY_ENV", "REDIS_URL", "DEMO_READY_FILE"):
    os.environ.pop(name, None)
