"""The account at Google: the key file of a service account."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inventory.providers.credential import CredentialField, CredentialProblem
from inventory.providers.kind import Values

KEY_FIELD = "service_account"
# The sign-in and the API are asked at Google's own addresses alone. Keys of earlier years name the
# older ones: google-auth-library, "service account keys".
OWN_ADDRESSES: Mapping[str, re.Pattern[str]] = {
    "token_uri": re.compile(
        r"https://oauth2\.googleapis\.com/token|https://accounts\.google\.com/o/oauth2/token|"
        r"https://www\.googleapis\.com/oauth2/v[34]/token"
    ),
    "universe_domain": re.compile(r"googleapis\.com"),
}
SAMPLE = json.dumps({"client_email": "a@b", "private_key": "key", "project_id": "project"})
FIELDS = (
    CredentialField(
        KEY_FIELD,
        "Service account",
        help="The complete JSON key file of a service account.",
        secret=True,
        lines=True,
        sample=SAMPLE,
    ),
    CredentialField(
        "project",
        "Project",
        help="The project's id, if it is not the service account's own.",
        required=False,
    ),
    CredentialField(
        "zone",
        "Zone",
        help="The zone whose machine types are listed. Orders without a location go there.",
        default="us-central1-a",
    ),
    CredentialField(
        "network", "Network", help="The network of new machines, in the project.", default="default"
    ),
)


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    email: str
    private_key: str = field(repr=False)
    project: str


def judge(credentials: Values) -> None:
    """Raises CredentialProblem unless it is a service account's key of Google's own cloud."""
    account_of(credentials)
    key = json.loads(credentials[KEY_FIELD])
    for name, pattern in OWN_ADDRESSES.items():
        value = key.get(name)
        if value not in (None, "") and not pattern.fullmatch(str(value).strip()):
            message = f"has a {name} that is not Google's own; no other cloud is asked."
            raise CredentialProblem(KEY_FIELD, message)


def account_of(credentials: Values) -> ServiceAccount:
    try:
        key: Any = json.loads(credentials[KEY_FIELD])
    except ValueError:
        raise CredentialProblem(KEY_FIELD, "is not the JSON of a key file.") from None
    if not isinstance(key, dict):
        raise CredentialProblem(KEY_FIELD, "is not the JSON of a key file.")
    for name in ("client_email", "private_key"):
        if not isinstance(key.get(name), str):
            message = f"has no {name}. Only service accounts can be connected."
            raise CredentialProblem(KEY_FIELD, message)
    project = credentials.get("project") or key.get("project_id")
    if not isinstance(project, str):
        raise CredentialProblem("project", "is required: the key file names none.")
    return ServiceAccount(key["client_email"], key["private_key"], project)


def project_of(credentials: Values) -> Values:
    """The project that is asked: the key file's own, unless another one is named.

    Raises CredentialProblem.
    """
    return {"project": account_of(credentials).project}
