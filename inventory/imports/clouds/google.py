"""A service account's key, as the Google Cloud console makes it.

The format: cloud.google.com/iam, "Create and delete service account keys".
"""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from inventory.imports.clouds.contents import named_text
from inventory.imports.clouds.found import Account, Finding, Unusable, finding
from inventory.imports.clouds.keys import Keys
from inventory.imports.clouds.texts import parse_json
from inventory.imports.clouds.values import credentials_from, text_of, word_of
from inventory.imports.errors import ImportFailed
from inventory.providers.google.account import OWN_ADDRESSES

SERVICE_ACCOUNT = "service_account"
# The parts of a key that a sign-in needs.
KEYS = {name: name for name in ("type", "client_email", "private_key", "project_id")}

TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
KEY_FILE = Keys(
    honoured=frozenset(KEYS),
    harmless={
        "private_key_id": "Google finds the key by its signature",
        "client_id": "the account is named by its client_email",
        "auth_uri": "it is where a person signs in",
        "auth_provider_x509_cert_url": "it is where Google's own certificates are",
        "client_x509_cert_url": "it is where the account's certificates are",
    },
    skipping={
        "token_uri": f"it signs in elsewhere than at {TOKEN_URI}",
        "universe_domain": "it is an account of another cloud than Google's own",
        "quota_project_id": "its requests count against another project's quota",
    },
    usual=OWN_ADDRESSES,
)


def read_service_account(data: dict[str, Any], origin: str) -> Iterator[Finding]:
    """The one account that a key is of."""
    name = f"google-{word_of(data, 'project_id') or Path(origin).stem}"
    yield finding(origin, name, partial(account_of, data))


def account_of(
    data: Mapping[str, Any], zone: str | None = None, project: str | None = None
) -> Account:
    """Raises Unusable."""
    if data.get("type") != SERVICE_ACCOUNT:
        other = word_of(data, "type") or "another one"
        raise Unusable(
            f"it is of the type {other}; the gateway logs in with the key of a service account"
        )
    KEY_FILE.require_known(data)
    credentials = {"service_account": json.dumps(credentials_from(data, KEYS))}
    if project:
        credentials["project"] = project
    if zone:
        credentials["zone"] = zone
    return Account(kind="google", credentials=credentials)


def account_in(
    values: Mapping[str, Any], key: str, zone: str | None = None, project: str | None = None
) -> Account:
    """The account of a key file that the value of ``key`` names. Raises Unusable."""
    file = f"the file that its {key} names"
    try:
        data = parse_json(named_text(text_of(values, key) or "", key=key), origin=file)
    except ImportFailed as failed:
        raise Unusable(failed.message.rstrip(".")) from None
    if not isinstance(data, dict):
        raise Unusable(f"{file} is no service account's key")
    return account_of(data, zone, project)
