"""clouds.yaml, with its secure.yaml and clouds-public.yaml.

Their format: docs.openstack.org/openstacksdk, "Configuring OpenStack SDK Applications".
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from inventory.imports.clouds.found import Account, Finding, Unusable, finding
from inventory.imports.clouds.values import (
    credentials_from,
    is_placeholder,
    is_true,
    mapping_of,
    region_from,
    require_filled_in,
    text_of,
)
from inventory.imports.errors import ImportFailed

# Of a cloud's "auth"; a word before the older one that it replaced.
AUTH = {
    "auth_url": "auth_url",
    "username": "username",
    "password": "password",
    "project_id": "project",
    "tenant_id": "project",
    "project_name": "project",
    "tenant_name": "project",
    "user_domain_name": "domain",
    "user_domain_id": "domain",
    "domain_name": "domain",
    "domain_id": "domain",
    "project_domain_name": "project_domain",
    "project_domain_id": "project_domain",
    "application_credential_id": "application_credential_id",
    "application_credential_secret": "application_credential_secret",
}
LOGINS = {"password", "v3password", "v3applicationcredential"}

Mappings = Mapping[str, Any]


def read_clouds(data: Any, *, secrets: Any, vendors: Any, origin: str) -> Iterator[Finding]:
    """The clouds of clouds.yaml. ``secrets``: secure.yaml; ``vendors``: clouds-public.yaml.

    Raises ImportFailed: one of the three is no such file.
    """
    clouds = _clouds(data, "clouds", origin)
    secret = _clouds(secrets, "clouds", f"secure.yaml beside {origin}")
    public = _clouds(vendors, "public-clouds", f"clouds-public.yaml beside {origin}")
    for name in clouds:
        yield finding(origin, name, partial(_account, name, clouds, secret, public))


def account_of(cloud: Mappings) -> Account:
    """One cloud, all of whose parts are together. Raises Unusable."""
    login = text_of(cloud, "auth_type") or "password"
    if login not in LOGINS:
        message = f"it logs in by {login}; the gateway does so by {', '.join(sorted(LOGINS))}"
        raise Unusable(message)
    # Domains, and what else people put there, are taken beside "auth" as well as from it.
    values = {**cloud, **mapping_of(cloud, "auth")}
    credentials = credentials_from(values, AUTH) | _network(cloud)
    return Account(kind="openstack", credentials=credentials, regions=_regions(cloud))


def _clouds(data: Any, key: str, origin: str) -> dict[str, Any]:
    if data is None:
        return {}
    clouds = data.get(key) if isinstance(data, dict) else None
    if not isinstance(clouds, dict):
        raise ImportFailed(f"{origin} has no clouds under {key}.")
    return {str(name): cloud for name, cloud in clouds.items()}


def _account(name: str, clouds: Mappings, secret: Mappings, public: Mappings) -> Account:
    """A cloud over the vendor's that it names, and under its secrets. Raises Unusable."""
    own = _over(mapping_of(clouds, name), mapping_of(secret, name))
    profile = text_of(own, "profile") or text_of(own, "cloud")
    cloud = _over(mapping_of(public, profile), own) if profile else own
    if profile and "auth_url" not in mapping_of(cloud, "auth"):
        raise Unusable(f"its profile {profile} is in no clouds-public.yaml beside it: add auth_url")
    return account_of(cloud)


def _over(lower: Mappings, upper: Mappings) -> dict[str, Any]:
    """``upper``'s values before ``lower``'s, inside "auth" too."""
    auth = mapping_of(lower, "auth") | mapping_of(upper, "auth")
    return {**lower, **upper, "auth": auth}


def _network(cloud: Mappings) -> dict[str, str]:
    """The network that new machines go to: the one for floating addresses, else the default one.

    Several that nothing is said of leave the choice to whoever connects the account.
    """
    entries = [entry for entry in cloud.get("networks") or [] if isinstance(entry, dict)]
    for role in ("nat_destination", "default_interface"):
        entries = [entry for entry in entries if is_true(entry, role, default=False)] or entries
    name = text_of(entries[0], "name") if len(entries) == 1 else None
    require_filled_in(["networks"] if name and is_placeholder(name) else [])
    return {"network": name} if name else {}


def _regions(cloud: Mappings) -> tuple[str, ...] | None:
    """``region_name``, or every one of ``regions``, whose entries are names or have one."""
    if text_of(cloud, "region_name"):
        return region_from(cloud, "region_name")
    entries = cloud.get("regions") or []
    if not isinstance(entries, list):
        raise Unusable("regions is not a list")
    names = [text_of(entry, "name") if isinstance(entry, dict) else str(entry) for entry in entries]
    require_filled_in(["regions"] if any(is_placeholder(name or "<>") for name in names) else [])
    return tuple(name for name in names if name) or None
