"""A database and a Redis that last as long as one run of benchmarks."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.run.embedded_redis import embedded_redis

# A benchmark ignores these variables: they would let it change the user's data, or run with other
# settings than the documented ones.
NOT_OURS = (
    "ADMIN_PASSWORD",
    "ADMIN_USERNAME",
    "DATABASE_URL",
    "DEMO",
    "DEMO_READY_FILE",
    "GATEWAY_ENV",
    "LIVE_DEADLINE_MS",
    "LIVE_MAX_AGE",
    "LIVE_POOL_SIZE",
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A user without anything, and an access token."""

    user: Any
    token: str


@dataclass(frozen=True, slots=True)
class World:
    """``environment``: for processes that share the database and Redis."""

    directory: Path
    environment: dict[str, str]

    def visitor(self, name: str) -> Visitor:
        """A new user, who sees nothing of what other benchmarks left."""
        from django.contrib.auth import get_user_model  # noqa: PLC0415 - after django.setup

        from gateway.core.accounts.access_tokens import (  # noqa: PLC0415 - after django.setup
            access_token_issue,
        )
        from gateway.core.accounts.sessions import (  # noqa: PLC0415 - after django.setup
            session_begin,
        )

        user = get_user_model().objects.create_user(username=name)
        session = session_begin(user=user)
        return Visitor(user, access_token_issue(user=user, session=session).token)


@contextmanager
def make_world() -> Iterator[World]:
    """Django is set up from here on, on data of its own; import models within the block."""
    with (
        tempfile.TemporaryDirectory(prefix="gateway-bench-") as name,
        embedded_redis(Path(name) / "redis") as redis_url,
    ):
        for variable in NOT_OURS:
            os.environ.pop(variable, None)
        ours = {
            "DATA_DIR": name,
            "REDIS_URL": redis_url,
            "LOG_LEVEL": "WARNING",
            "BUDGET_PER_SECOND": "0",
        }
        os.environ.update(ours, DJANGO_SETTINGS_MODULE="benchmarks.settings")
        _set_up()
        yield World(Path(name), dict(os.environ))


def _set_up() -> None:
    import django  # noqa: PLC0415 - after the environment

    django.setup()
    from gateway.run.database import migrate  # noqa: PLC0415 - after django.setup

    migrate()
