"""A service account's key, as the Google Cloud console makes it.

The format: cloud.google.com/iam, "Create and delete service account keys".
"""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from inventory.imports.clouds.found import Account, Finding, Unusable, finding
from inventory.imports.clouds.texts import parse_json, read_text
from inventory.imports.clouds.values import credentials_from
from inventory.imports.errors import ImportFailed

SERVICE_ACCOUNT = "service_account"
# What a sign-in needs of a key; the rest of it is addresses that are known.
KEYS = {name: name for name in ("type", "client_email", "private_key", "project_id")}


def read_service_account(data: dict[str, Any], origin: str) -> Iterator[Finding]:
    """The one account that a key is of."""
    name = f"google-{data.get('project_id') or Path(origin).stem}"
    yield finding(origin, name, partial(account_of, data))


def account_of(data: Mapping[str, Any], zone: str | None = None) -> Account:
    """Raises Unusable."""
    if data.get("type") != SERVICE_ACCOUNT:
        raise Unusable(
            f"it is of type {data.get('type')!r}; the gateway logs in with the key of a service "
            "account"
        )
    credentials = {"service_account": json.dumps(credentials_from(data, KEYS))}
    if zone:
        credentials["zone"] = zone
    return Account(kind="google", credentials=credentials)


def account_in(path: Path, zone: str | None = None) -> Account:
    """The account of a key that another file names. Raises Unusable."""
    path = path.expanduser()
    try:
        data = parse_json(read_text(path), origin=str(path))
    except ImportFailed as failed:
        raise Unusable(failed.message) from None
    if not isinstance(data, dict):
        raise Unusable(f"{path} is no service account's key")
    return account_of(data, zone)
