"""Clouds in environment variables, of this process or of a file of NAME=value lines.

Their names: Azure's "EnvironmentCredential" (learn.microsoft.com, azure-identity), those of
Terraform's azurerm, digitalocean and linode, OpenStack's openrc, the AWS SDKs, the docker command,
doctl, linode-cli, and those that cloudmesh gave Azure's. All of them are in ``variable_keys``,
``azure_keys`` and ``token_keys``.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from inventory.imports.clouds import docker, google, openstack, token_keys
from inventory.imports.clouds.aws_session import session_keys
from inventory.imports.clouds.azure_keys import (
    ARM,
    ARM_FILES,
    ARM_KEYS,
    ARM_LOGINS,
    AZURE,
    AZURE_KEYS,
    AZURE_LOGINS,
    AZURE_PLACES,
)
from inventory.imports.clouds.contents import named_text
from inventory.imports.clouds.found import Account, Finding, Unusable, finding
from inventory.imports.clouds.keys import Keys, Verdict
from inventory.imports.clouds.tokens import account_of_variables
from inventory.imports.clouds.values import credentials_from, is_true, region_from, text_of
from inventory.imports.clouds.variable_keys import (
    AWS,
    AWS_ENDS,
    AWS_KEYS,
    DOCKER_KEYS,
    GOOGLE_KEYS,
    GOOGLE_PREFIXES,
    GOOGLE_PROJECTS,
    OPENSTACK_KEYS,
)
from inventory.imports.errors import ImportFailed

GOOGLE_FILE = "GOOGLE_APPLICATION_CREDENTIALS"
NOT_SET = re.compile("false|0|f", re.IGNORECASE)  # as Go's strconv.ParseBool, which Terraform uses
ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")

Variables = Mapping[str, str]


def read_variables(variables: Variables, *, origin: str) -> Iterator[Finding]:
    """The clouds that the variables describe: one of each tool at most."""
    for name, keys, read in READERS:
        if any(variables.get(key) for key in keys):
            yield finding(origin, f"{name}-environment", partial(read, variables))


def azure_account(variables: Variables) -> Account:
    """Raises Unusable."""
    _require_known(AZURE_KEYS, variables, "AZURE_")
    credentials = credentials_from(variables, AZURE)
    _require_secret(credentials, variables, AZURE_LOGINS)
    if named := region_from(variables, *AZURE_PLACES):
        [credentials["location"]] = named
    return Account(kind="azure", credentials=credentials)


def terraform_account(variables: Variables) -> Account:
    """A service principal of ARM_… variables. A value goes before a file. Raises Unusable."""
    _require_known(ARM_KEYS, variables, "ARM_")
    credentials = credentials_from(variables, ARM)
    for key, field in ARM_FILES.items():
        if field not in credentials and (path := text_of(variables, key)):
            credentials[field] = named_text(path, key=key).strip()
    _require_secret(credentials, variables, ARM_LOGINS)
    if "client_secret" not in credentials:
        raise Unusable(
            "it has no secret, so Terraform asks the Azure CLI, in which a person logs in; set "
            "ARM_CLIENT_SECRET"
        )
    return Account(kind="azure", credentials=credentials)


def _require_secret(
    credentials: Variables, variables: Variables, logins: Mapping[str, str]
) -> None:
    """Raises Unusable if there is no secret, but one of the other ``logins``."""
    for key, login in logins.items():
        value = text_of(variables, key)
        if "client_secret" in credentials or value is None or NOT_SET.fullmatch(value):
            continue
        raise Unusable(f"it logs in with {login} ({key}); the gateway does so with a secret")


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
    return google.account_in(variables, GOOGLE_FILE, project=_first(variables, *GOOGLE_PROJECTS))


def docker_account(variables: Variables) -> Account:
    """Raises Unusable."""
    _require_known(DOCKER_KEYS, variables, "DOCKER_")
    return docker.docker_account(variables)


digitalocean_account = partial(
    account_of_variables,
    "digitalocean",
    token_keys.DIGITALOCEAN_KEYS,
    token_keys.DIGITALOCEAN,
    "DIGITALOCEAN_",
)
linode_account = partial(
    account_of_variables, "linode", token_keys.LINODE_KEYS, token_keys.LINODE, "LINODE_"
)
# The first word of the account's name, the variables of which one must be set, and the reader.
READERS: tuple[tuple[str, tuple[str, ...], Callable[[Variables], Account]], ...] = (
    ("azure", ("AZURE_TENANT_ID",), azure_account),
    ("terraform-azure", ("ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID"), terraform_account),
    ("openstack", ("OS_AUTH_URL",), openstack_account),
    ("aws", ("AWS_ACCESS_KEY_ID",), aws_account),
    ("google", (GOOGLE_FILE,), google_account),
    ("docker", ("DOCKER_HOST",), docker_account),
    ("digitalocean", token_keys.DIGITALOCEAN, digitalocean_account),
    ("linode", token_keys.LINODE, linode_account),
)


def _first(variables: Variables, *keys: str) -> str | None:
    return next((text for key in keys if (text := text_of(variables, key))), None)


def _require_known(keys: Keys, variables: Variables, *prefixes: str) -> None:
    """Checks the variables of one cloud, by ``prefixes``, and ignores those of others.

    Raises Unusable.
    """
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
    """The words, as a shell splits them; None if only a shell can: a reference, a command."""
    if any(sign in re.sub(r"'[^']*'", "", text) for sign in "$`"):
        return None
    try:
        return shlex.split(text, comments=True)
    except ValueError:
        return None
