"""The login of a cloud whose settings are merged: keys of "auth", and those beside it."""

import re
from collections.abc import Mapping
from typing import Any

from inventory.imports.clouds.found import Unusable
from inventory.imports.clouds.openstack_keys import DEFAULT_DOMAIN, DOMAINS, LOGIN, OUTER_FIRST
from inventory.imports.clouds.values import credentials_from, shown, text_of

Settings = Mapping[str, Any]

PASSWORDS = {"password", "v3password"}
LOGINS = PASSWORDS | {"v3applicationcredential"}
# The form of the ids that Keystone makes; the gateway takes any other text for a name.
ID = re.compile(r"[0-9a-f]{32}|default")
NAMED = re.compile(r"(project|tenant|(\w+_)?domain)_(id|name)|" + DEFAULT_DOMAIN)


def login_from(cloud: Settings, auth: Settings) -> dict[str, str]:
    """The credentials of the login. Raises Unusable."""
    login = text_of(cloud, "auth_type") or "password"
    if login not in LOGINS:
        message = (
            f"it logs in by {shown(login)}; the gateway does so by {', '.join(sorted(LOGINS))}"
        )
        raise Unusable(message)
    values = _chosen(cloud, auth)
    _require_one_login(login, values)
    _require_project(values)
    _require_plain_ids(values)
    found = credentials_from(_with_domains(values), LOGIN)
    if found.get("project_domain") == found.get("domain"):
        found.pop("project_domain", None)  # the gateway takes the user's
    return found


def _chosen(cloud: Settings, auth: Settings) -> dict[str, str]:
    """Each key that has a value, from the place that counts first."""
    found = {}
    for key in (*LOGIN, *DOMAINS):
        for place in (cloud, auth) if key in OUTER_FIRST else (auth, cloud):
            if (text := text_of(place, key)) is not None:
                found[key] = text
                break
    if (text := text_of(cloud, DEFAULT_DOMAIN)) is not None:
        found[DEFAULT_DOMAIN] = text
    return found


def _require_one_login(login: str, values: Settings) -> None:
    """The gateway would take an application credential before a password."""
    if login not in PASSWORDS and "application_credential_id" not in values:
        raise Unusable("its application_credential_id is missing")
    if login in PASSWORDS and "password" in values and "application_credential_id" in values:
        raise Unusable(
            "it has a password and an application_credential_id; name the one to use, for the "
            "second with auth_type: v3applicationcredential"
        )


def _require_project(values: Settings) -> None:
    projects = ("project_id", "tenant_id", "project_name", "tenant_name")
    scope = [key for key in DOMAINS if key in values]
    if scope and not values.keys() & {*projects, "application_credential_id"}:
        raise Unusable(f"it signs in to a domain ({scope[0]}), not to a project")


def _require_plain_ids(values: Settings) -> None:
    """Raises Unusable for an id that would be taken for a name, and the other way round."""
    for key, text in values.items():
        if text == "default" or not NAMED.fullmatch(key):
            continue
        is_id = key.endswith("_id") or key == DEFAULT_DOMAIN
        if is_id != (ID.fullmatch(text) is not None):
            form, other = ("a name", "an id") if is_id else ("an id", "a name")
            raise Unusable(f"its {key} looks like {form}, not {other}; use the key for {form}")


def _with_domains(values: Mapping[str, str]) -> dict[str, str]:
    """Openstacksdk's ``_handle_domain_id``, then osc-lib's ``_auth_default_domain``."""
    found = dict(values)
    for owner in ("user", "project"):
        for key in DOMAINS:
            if key in values:
                found.setdefault(f"{owner}_{key}", values[key])
        if DEFAULT_DOMAIN in values and not found.keys() & {f"{owner}_{key}" for key in DOMAINS}:
            found[f"{owner}_domain_id"] = values[DEFAULT_DOMAIN]
    return found
