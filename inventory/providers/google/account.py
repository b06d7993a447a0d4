"""What a Google account is: the key file of a service account."""

import json
from dataclasses import dataclass, field
from typing import Any

from inventory.providers.credential import CredentialField, CredentialProblem
from inventory.providers.kind import Values

KEY_FIELD = "service_account"
SAMPLE = json.dumps({"client_email": "a@b", "private_key": "key", "project_id": "project"})
FIELDS = (
    CredentialField(
        KEY_FIELD,
        "Service account",
        help="The whole JSON key file of a service account.",
        secret=True,
        lines=True,
        sample=SAMPLE,
    ),
    CredentialField(
        "project",
        "Project",
        help="Its id, if it is another than the service account's own.",
        required=False,
    ),
    CredentialField(
        "zone",
        "Zone",
        help="Whose machine types are offered, and where orders go that name no location.",
        default="us-central1-a",
    ),
    CredentialField(
        "network", "Network", help="Of new machines, in the project.", default="default"
    ),
)


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    email: str
    private_key: str = field(repr=False)
    project: str


def judge(credentials: Values) -> None:
    """Raises CredentialProblem for a text that is no service account's key."""
    account_of(credentials)


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
