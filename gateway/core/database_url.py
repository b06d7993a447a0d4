"""Reads DATABASE_URL: a database of PostgreSQL or of SQLite."""

from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

SQLITE, POSTGRESQL = "django.db.backends.sqlite3", "django.db.backends.postgresql"
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
    return config
