"""Accounts that are one token: doctl's config.yaml, linode-cli's file, and variables.

doctl has a token for each context; that of the context "default" is at the top level:
docs.digitalocean.com/reference/doctl/reference/auth. linode-cli has a section for each user, and
what it does not set is that of [DEFAULT], as in Python's configparser:
github.com/linode/linode-cli/wiki/Configuration.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from inventory.imports.clouds.found import Account, Finding, Unusable, finding
from inventory.imports.clouds.keys import Keys
from inventory.imports.clouds.token_keys import DOCTL, LINODE_CLI
from inventory.imports.clouds.values import is_placeholder, mapping_of, require_filled_in, text_of
from inventory.imports.errors import ImportFailed

DEFAULT = "default"
ALIASES = "custom_aliases"  # a section of linode-cli's file that is no user
MADE = "make a personal access token, under API in the control panel"

Sections = Mapping[str, Mapping[str, str]]


def read_doctl(data: dict[str, Any], origin: str) -> Iterator[Finding]:
    """Each context that has a token. Raises ImportFailed: the contexts are no mapping."""
    contexts = data.get("auth-contexts") or {}
    if not isinstance(contexts, dict):
        raise ImportFailed(f"{origin}: auth-contexts is not a mapping.")
    # A mapping at the top, besides those that are known, is the defaults of a command's flags.
    settings = {
        key: value
        for key, value in data.items()
        if key in DOCTL.honoured or not isinstance(value, dict)
    }
    tokens = {DEFAULT: data.get("access-token"), **contexts}
    for name, token in tokens.items():
        if token or name != DEFAULT:
            read = partial(_context, str(name), token, settings)
            yield finding(origin, f"digitalocean-{name}", read)


def _context(name: str, token: Any, settings: Mapping[str, Any]) -> Account:
    """Raises Unusable."""
    DOCTL.require_known(settings)
    if mapping_of(settings, "oauth-tokens").get(name):
        raise Unusable(
            f"a person logs in to it, in a browser, and its token ends (oauth-tokens); {MADE}"
        )
    return _account("digitalocean", {"token": token}, "token")


def is_linode_cli(sections: Sections) -> bool:
    """True if the file is linode-cli's, and not that of the AWS tools."""
    return any({"token", "default-user"} & values.keys() for values in sections.values())


def read_linode_cli(sections: Sections, origin: str) -> Iterator[Finding]:
    """Each user. The oldest form of the file has one user, in [DEFAULT]."""
    shared = sections.get("DEFAULT", {})
    users = {name: values for name, values in sections.items() if name not in {"DEFAULT", ALIASES}}
    if not users:
        users = {DEFAULT: shared}
    for name, values in users.items():
        yield finding(origin, f"linode-{name}", partial(_user, {**shared, **values}))


def _user(values: Mapping[str, str]) -> Account:
    """Raises Unusable."""
    LINODE_CLI.require_known(values)
    return _account("linode", values, "token")


def account_of_variables(
    kind: str, keys: Keys, names: tuple[str, ...], prefix: str, variables: Mapping[str, str]
) -> Account:
    """``names``: the variables that have the token. Raises Unusable if they differ."""
    keys.require_known({key: text for key, text in variables.items() if key.startswith(prefix)})
    given = [name for name in names if text_of(variables, name)]
    if len({text_of(variables, name) for name in given}) > 1:
        raise Unusable(f"{' and '.join(given)} differ; unset one of them")
    return _account(kind, variables, given[0])


def _account(kind: str, values: Mapping[str, Any], key: str) -> Account:
    token = text_of(values, key)
    if token is None:
        raise Unusable(f"it has no {key}")
    require_filled_in([key] if is_placeholder(token) else [])
    return Account(kind=kind, credentials={"token": token})
