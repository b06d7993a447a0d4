"""Temporary keys of AWS: they are used with a session token, and until it ends."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from inventory.imports.clouds.found import Unusable

TEMPORARY = "ASIA"  # docs.aws.amazon.com/IAM, "IAM identifiers": the prefix of temporary keys


def session_keys(
    credentials: dict[str, str], values: Mapping[str, str] | None = None, ends: Iterable[str] = ()
) -> dict[str, str]:
    """The credentials. ``ends``: the keys of ``values`` that may say when the token ends.

    Raises Unusable: the token is missing or has ended.
    """
    temporary = credentials.get("access_key_id", "").startswith(TEMPORARY)
    if "session_token" not in credentials:
        if temporary:
            raise Unusable("its keys are temporary (ASIA…), and their session token is missing")
        return credentials
    for key in ends:
        ended = _time((values or {}).get(key))
        if ended is not None and ended <= datetime.now(UTC):
            raise Unusable(f"its session token has ended ({key}); log in anew and import again")
    return credentials


def _time(text: str | None) -> datetime | None:
    """None for another form: then the cloud says whether the token has ended."""
    try:
        found = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
