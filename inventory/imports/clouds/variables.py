"""Clouds in environment variables, of this process or of a file of NAME=value lines.

Their names: Azure's "EnvironmentCredential" (learn.microsoft.com, azure-identity), OpenStack's
openrc, the AWS SDKs, the docker command, and those that cloudmesh gave Azure's.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from inventory.imports.clouds import docker, google, openstack
from inventory.imports.clouds.found import Account, Finding, Unusable, finding
from inventory.imports.clouds.values import credentials_from, region_from, text_of
from inventory.imports.errors import ImportFailed

AZURE = {
    "AZURE_TENANT_ID": "tenant_id",
    "AZURE_SUBSCRIPTION_ID": "subscription_id",
    "AZURE_CLIENT_ID": "client_id",
    "AZURE_APPLICATION_ID": "client_id",
    "AZURE_CLIENT_SECRET": "client_secret",
    "AZURE_SECRET_KEY": "client_secret",
}
AZURE_LOGINS = {
    "AZURE_CLIENT_CERTIFICATE_PATH": "a certificate",
    "AZURE_FEDERATED_TOKEN_FILE": "a token that is renewed on the machine that it lies on",
    "AZURE_PASSWORD": "a person's password",
}
AWS = {
    "AWS_ACCESS_KEY_ID": "access_key_id",
    "AWS_SECRET_ACCESS_KEY": "secret_access_key",
    "AWS_SESSION_TOKEN": "session_token",
    "AWS_ENDPOINT_URL_EC2": "endpoint_url",
    "AWS_ENDPOINT_URL": "endpoint_url",
}
ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")

Variables = Mapping[str, str]


def read_variables(variables: Variables, *, origin: str) -> Iterator[Finding]:
    """The clouds that the variables tell of: one of each kind at most."""
    readers: dict[str, tuple[str, Callable[[Variables], Account]]] = {
        "AZURE_TENANT_ID": ("azure-environment", azure_account),
        "OS_AUTH_URL": ("openstack-environment", openstack_account),
        "AWS_ACCESS_KEY_ID": ("aws-environment", aws_account),
        "GOOGLE_APPLICATION_CREDENTIALS": ("google-environment", google_account),
        "DOCKER_HOST": ("docker-environment", docker.docker_account),
    }
    for key, (name, read) in readers.items():
        if variables.get(key):
            yield finding(origin, name, partial(read, variables))


def azure_account(variables: Variables) -> Account:
    """Raises Unusable."""
    credentials = credentials_from(variables, AZURE)
    for key, login in AZURE_LOGINS.items():
        if "client_secret" not in credentials and variables.get(key):
            raise Unusable(f"it logs in with {login} ({key}); the gateway does so with a secret")
    if named := region_from(variables, "AZURE_REGION", "AZURE_LOCATION"):
        [credentials["location"]] = named
    return Account(kind="azure", credentials=credentials)


def openstack_account(variables: Variables) -> Account:
    """The variables are clouds.yaml's words in capitals. Raises Unusable."""
    words = {
        key.removeprefix("OS_").lower(): text
        for key, text in variables.items()
        if key.startswith("OS_")
    }
    return openstack.account_of({**words, "auth": words})


def aws_account(variables: Variables) -> Account:
    """Raises Unusable."""
    credentials = credentials_from(variables, AWS)
    regions = region_from(variables, "AWS_REGION", "AWS_DEFAULT_REGION")
    return Account(kind="aws", credentials=credentials, regions=regions)


def google_account(variables: Variables) -> Account:
    """Raises Unusable."""
    return google.account_in(Path(text_of(variables, "GOOGLE_APPLICATION_CREDENTIALS") or ""))


def is_assignment(line: str) -> bool:
    return ASSIGNMENT.fullmatch(line) is not None


def parse_assignments(text: str, *, origin: str) -> dict[str, str]:
    """The variables that a file sets. Raises ImportFailed for a line that does more than that."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.strip().startswith("#"):
            continue
        match = ASSIGNMENT.fullmatch(line.strip())
        words = _words(match[2]) if match else None
        if match is None or words is None or len(words) > 1:
            raise ImportFailed(
                f"{origin} does more than set variables in line {number}. Run it in a shell, and "
                "import from there with --environment."
            )
        found[match[1]] = words[0] if words else ""
    return found


def _words(text: str) -> list[str] | None:
    """As a shell splits it; None for what needs one: a reference, a command, an open quote."""
    if any(sign in re.sub(r"'[^']*'", "", text) for sign in "$`"):
        return None
    try:
        return shlex.split(text, comments=True)
    except ValueError:
        return None
