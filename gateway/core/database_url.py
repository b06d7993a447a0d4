"""Reads DATABASE_URL: a database of PostgreSQL or of SQLite."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

SQLITE, POSTGRESQL = "django.db.backends.sqlite3", "django.db.backends.postgresql"
MEMORY = ":memory:"
NO_FILE = (
    "DATABASE_URL must name a file of SQLite's: sqlite:////path/to/file, with four slashes for an "
    "absolute path. A database in memory would be another one in each process. For PostgreSQL, "
    "write postgres://user:password@host:5432/name."
)
FORMS = "postgres://user:password@host:5432/name or sqlite:////path/to/file"


def parse_database_url(url: str) -> dict[str, Any]:
    """Django's settings for the database at ``url``. Raises ImproperlyConfigured.

    The message does not repeat the address, which has a password.
    """
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(url))
    except dj_database_url.UnknownSchemeError:
        config = {"ENGINE": None}
    except ValueError:
        message = (
            f"DATABASE_URL is not an address. Write {FORMS}, and special characters of the user "
            "and of the password as in an address, for example %40 for @."
        )
        raise ImproperlyConfigured(message) from None
    if config["ENGINE"] not in {SQLITE, POSTGRESQL}:
        raise ImproperlyConfigured(f"DATABASE_URL must be {FORMS}.")
    _require_name(config)
    return config


def sqlite_file(path: Path) -> dict[str, Any]:
    """Django's settings for this file. A path is no address: it may have a # or a ?."""
    return {"ENGINE": SQLITE, "NAME": str(path)}


def _require_name(config: Mapping[str, Any]) -> None:
    """Raises ImproperlyConfigured for an address that names no database, or one in memory, which
    each process would have for itself.
    """
    name = config.get("NAME") or ""
    if config["ENGINE"] == SQLITE:
        if name == MEMORY or config.get("HOST"):
            raise ImproperlyConfigured(NO_FILE)
    elif not name and "service" not in config.get("OPTIONS", {}):
        raise ImproperlyConfigured(f"DATABASE_URL names no database. Write {FORMS}.")
