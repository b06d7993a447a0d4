"""Clouds in environment variables, of this process or of a file of NAME=value lines.

Their names: Azure's "EnvironmentCredential" (learn.microsoft.com, azure-identity), OpenStack's
openrc, the AWS SDKs, the docker command, and those that cloudmesh gave Azure's. All of them are in
``variable_keys``.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from inventory.imports.clouds import docker, google, openstack
from inventory.imports.clouds.aws_session import session_keys
from inventory.imports.clouds.found import Account, Finding, Unusable, finding
from inventory.imports.clouds.keys import Keys, Verdict
from inventory.imports.clouds.values import credentials_from, is_true, region_from, text_of
from inventory.imports.clouds.variable_keys import (
    AWS,
    AWS_ENDS,
    AWS_KEYS,
    AZURE,
    AZURE_KEYS,
    AZURE_LOGINS,
    AZURE_PLACES,
    DOCKER_KEYS,
    GOOGLE_KEYS,
    GOOGLE_PREFIXES,
    GOOGLE_PROJECTS,
    OPENSTACK_KEYS,
)
from inventory.imports.errors import ImportFailed

ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")

Variables = Mapping[str, str]


def read_variables(variables: Variables, *, origin: str) -> Iterator[Finding]:
    """The clouds that the variables tell of: one of each kind at most."""
    readers: dict[str, tuple[str, Callable[[Variables], Account]]] = {
        "AZURE_TENANT_ID": ("azure-environment", azure_account),
        "OS_AUTH_URL": ("openstack-environment", openstack_account),
        "AWS_ACCESS_KEY_ID": ("aws-environment", aws_account),
        "GOOGLE_APPLICATION_CREDENTIALS": ("google-environment", google_account),
        "DOCKER_HOST": ("docker-environment", docker_account),
    }
    for key, (name, read) in readers.items():
        if variables.get(key):
            yield finding(origin, name, partial(read, variables))


def azure_account(variables: Variables) -> Account:
    """Raises Unusable."""
    _require_known(AZURE_KEYS, variables, "AZURE_")
    credentials = credentials_from(variables, AZURE)
    for key, login in AZURE_LOGINS.items():
        if "client_secret" not in credentials and variables.get(key):
            raise Unusable(f"it logs in with {login} ({key}); the gateway does so with a secret")
    if named := region_from(variables, *AZURE_PLACES):
        [credentials["location"]] = named
    return Account(kind="azure", credentials=credentials)


def openstack_account(variables: Variables) -> Account:
    """The variables are the keys of clouds.yaml in capitals, all beside "auth". Raises Unusable."""
    return openstack.account_of(openstack_words(variables))


def openstack_words(variables: Variables) -> dict[str, Any]:
    """The keys of clouds.yaml that OS_… variables are. Raises Unusable."""
    own = {key: text for key, text in variables.items() if key.startswith("OS_")}
    for key in list(own):
        if OPENSTACK_KEYS.verdict(key) is not Verdict.UNKNOWN:
            OPENSTACK_KEYS.require_known({key: own.pop(key)})
    return {key.removeprefix("OS_").lower(): text for key, text in own.items()}


def aws_account(variables: Variables) -> Account:
    """Raises Unusable."""
    _require_known(AWS_KEYS, variables, "AWS_")
    credentials = session_keys(credentials_from(variables, AWS), variables, AWS_ENDS)
    if is_true(variables, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", default=False):
        credentials.pop("endpoint_url", None)
    regions = region_from(variables, "AWS_REGION", "AWS_DEFAULT_REGION")
    return Account(kind="aws", credentials=credentials, regions=regions)


def google_account(variables: Variables) -> Account:
    """Raises Unusable."""
    _require_known(GOOGLE_KEYS, variables, *GOOGLE_PREFIXES)
    path = Path(text_of(variables, "GOOGLE_APPLICATION_CREDENTIALS") or "")
    return google.account_in(path, project=_first(variables, *GOOGLE_PROJECTS))


def docker_account(variables: Variables) -> Account:
    """Raises Unusable."""
    _require_known(DOCKER_KEYS, variables, "DOCKER_")
    return docker.docker_account(variables)


def _first(variables: Variables, *keys: str) -> str | None:
    return next((text for key in keys if (text := text_of(variables, key))), None)


def _require_known(keys: Keys, variables: Variables, *prefixes: str) -> None:
    """Of one cloud; the others in the same environment are of no concern. Raises Unusable."""
    keys.require_known({key: text for key, text in variables.items() if key.startswith(prefixes)})


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
