"""Which tests of a run `.ci/run` repeats: `python -m tests.once_more CACHE_DIR`.

As a plugin of pytest, it notes how the run ended. As a command, it prints the ids of the tests that
failed, one a line. It exits with 1 and prints nothing if nothing is to be repeated: too many
failed, or the run did not come to its end.
"""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

FEW = 3  # more failures have one cause, and it is not how busy the machine was

# Where the two are in pytest's cache.
EXIT_STATUS = "tests/exit_status"
LAST_FAILED = "cache/lastfailed"


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    config = session.config
    if config.pluginmanager.has_plugin("cacheprovider") and not hasattr(config, "workerinput"):
        config.cache.set(EXIT_STATUS, int(exitstatus))


def to_repeat(cache: Path) -> list[str]:
    """The tests that failed in a run that reached its end; none if they are more than FEW."""
    if _value(cache, EXIT_STATUS) != pytest.ExitCode.TESTS_FAILED:
        return []
    failed = list(_value(cache, LAST_FAILED) or {})
    return failed if len(failed) <= FEW else []


def _value(cache: Path, key: str) -> Any:
    file = cache / "v" / key
    return json.loads(file.read_text()) if file.exists() else None


def main() -> int:
    failed = to_repeat(Path(sys.argv[1]))
    sys.stdout.writelines(f"{test}\n" for test in failed)
    return 0 if failed else 1


if __name__ == "__main__":
    sys.exit(main())
