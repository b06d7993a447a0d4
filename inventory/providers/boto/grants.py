"""Keys for a while, in the forms that AWS gives them in."""

import time
from datetime import datetime
from typing import Any

from libcloud.common.types import MalformedResponseError

from inventory.providers.boto.keys import Keys
from inventory.providers.token_cache import RENEWED_BEFORE_END, Grant

# Static keys of a file may be changed there; they are read again after this time.
READ_AGAIN_SECONDS = 60.0


def grant_in(answer: dict[str, Any], operation: str) -> Grant:
    """The keys in an answer of STS. Raises MalformedResponseError if they are not all there."""
    found = answer.get("Credentials")
    given = found if isinstance(found, dict) else {}
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    key, secret, token = (str(given.get(name) or "") for name in names)
    ends_at = given.get("Expiration")
    if not (key and secret and token and isinstance(ends_at, datetime)):
        message = f"{operation} was answered without keys and when they end."
        raise MalformedResponseError(message)
    return Grant(Keys(key, secret, token), ends_at.timestamp())


def grant_of(credentials: Any) -> Grant:
    """``credentials``: botocore's. May raise what botocore raises: some are read only now."""
    frozen = credentials.get_frozen_credentials()
    ends_at = getattr(credentials, "_expiry_time", None)  # of those that end
    until = time.time() + RENEWED_BEFORE_END + READ_AGAIN_SECONDS
    return Grant(
        Keys(frozen.access_key, frozen.secret_key, frozen.token or None),
        ends_at.timestamp() if isinstance(ends_at, datetime) else until,
    )
