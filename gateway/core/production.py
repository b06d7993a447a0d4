"""The settings with which production must not start."""

import base64
import binascii
from collections.abc import Iterator, Sequence

from django.core.exceptions import ImproperlyConfigured

# As Django's own check of a deployment has it (security.W009).
SHORTEST_SECRET_KEY = 50
FEWEST_DIFFERENT = 5
GENERATED_PREFIX = "django-insecure-"
FERNET_KEY_BYTES = 32


def check(
    *, debug: bool, allowed_hosts: Sequence[str], secret_key: str, credential_keys: Sequence[str]
) -> None:
    """Raises ImproperlyConfigured, which names everything that is wrong and what to do."""
    problems = [
        *_debug_problems(debug=debug),
        *_host_problems(allowed_hosts),
        *_secret_key_problems(secret_key),
        *_credential_key_problems(credential_keys),
    ]
    if problems:
        raise ImproperlyConfigured(f"Production does not start: {' '.join(problems)}")


def _debug_problems(*, debug: bool) -> Iterator[str]:
    if debug:
        yield "DJANGO_DEBUG must be off."


def _host_problems(allowed_hosts: Sequence[str]) -> Iterator[str]:
    if not allowed_hosts or any(host.strip(".") in ("", "*") for host in allowed_hosts):
        yield "ALLOWED_HOSTS must list the names it is reached by, without *."


def _secret_key_problems(key: str) -> Iterator[str]:
    if (
        len(key) < SHORTEST_SECRET_KEY
        or len(set(key)) < FEWEST_DIFFERENT
        or key.startswith(GENERATED_PREFIX)
    ):
        yield (
            f"SECRET_KEY must be random, {SHORTEST_SECRET_KEY} characters or more: "
            "openssl rand -hex 32."
        )


def _credential_key_problems(keys: Sequence[str]) -> Iterator[str]:
    if not all(_is_random_key(key.strip()) for key in keys):
        yield (
            "CREDENTIAL_KEYS must be random Fernet keys: openssl rand -base64 32 | tr '+/' '-_'."
        )


def _is_random_key(key: str) -> bool:
    try:
        found = base64.urlsafe_b64decode(key)
    except (binascii.Error, ValueError):
        return False
    return len(found) == FERNET_KEY_BYTES and len(set(found)) >= FEWEST_DIFFERENT
