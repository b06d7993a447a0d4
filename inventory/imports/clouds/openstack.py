"""clouds.yaml, with its secure.yaml and clouds-public.yaml.

Their format: docs.openstack.org/openstacksdk, "Configuring OpenStack SDK Applications". The keys
are in ``openstack_keys``.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from inventory.imports.clouds.found import Account, Finding, Unusable, finding
from inventory.imports.clouds.keys import Verdict
from inventory.imports.clouds.openstack_keys import (
    AUTH,
    CERTIFICATES,
    CLOUD,
    ENDPOINTS,
    INTERFACES,
    NETWORK,
    REGION,
)
from inventory.imports.clouds.texts import read_text
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
from inventory.providers.credential import LONGEST_VALUE

LOGINS = {"password", "v3password", "v3applicationcredential"}
# The form of the ids that Keystone makes; the gateway takes any other text for a name.
ID = re.compile(r"[0-9a-f]{32}|default")
NAMED = {key for key in AUTH if re.fullmatch(r"(project|tenant|(\w+_)?domain)_(id|name)", key)}
OF_AUTH = " in auth"

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
    auth = mapping_of(cloud, "auth")
    CLOUD.require_known(cloud)
    CLOUD.require_known(auth, of=OF_AUTH)
    # Domains, and what else people put there, are taken beside "auth" as well as from it.
    values = {**cloud, **auth}
    credentials = {
        **credentials_from(values, AUTH),
        **credentials_from(cloud, ENDPOINTS),
        **_certificates(cloud),
        **_interface(cloud),
        **_network(cloud),
    }
    _require_project(credentials, values)
    _require_plain_ids(values)
    return Account(kind="openstack", credentials=credentials, regions=_regions(cloud))


def _require_project(credentials: Mappings, values: Mappings) -> None:
    scope = [key for key in ("domain_name", "domain_id") if text_of(values, key)]
    if scope and not credentials.keys() & {"project", "application_credential_id"}:
        raise Unusable(f"it signs in to a domain ({scope[0]}), not to a project")


def _require_plain_ids(values: Mappings) -> None:
    """Raises Unusable for an id that would be taken for a name, and the other way round."""
    for key in AUTH:
        text, is_id = text_of(values, key), key.endswith("_id")
        if text in {None, "default"} or key not in NAMED:
            continue
        if is_id != (ID.fullmatch(str(text)) is not None):
            form = "name" if is_id else "id"
            raise Unusable(f"its {key} has the form of the {form}; give the {form} in its place")


def _certificates(cloud: Mappings) -> dict[str, str]:
    """The files that a cloud names. Its client key may be in the certificate's file."""
    paths = {key: path for key in CERTIFICATES if (path := text_of(cloud, key))}
    require_filled_in(key for key, path in paths.items() if is_placeholder(path))
    if "key" in paths and "cert" not in paths:
        raise Unusable("its key has no cert")
    if "cert" in paths:
        paths.setdefault("key", paths["cert"])
    return {CERTIFICATES[key]: _file(key, path) for key, path in paths.items()}


def _file(key: str, path: str) -> str:
    try:
        text = read_text(Path(path).expanduser())
    except ImportFailed as failed:
        raise Unusable(f"its {key} cannot be read: {failed.message}") from None
    if len(text) > LONGEST_VALUE:
        raise Unusable(
            f"its {key} is longer than {LONGEST_VALUE} characters; name a file with the one "
            "certificate, or none where a public authority has signed the server's"
        )
    return text


def _interface(cloud: Mappings) -> dict[str, str]:
    """``internal``, or in older files ``internalURL``."""
    for key in INTERFACES:
        if text := text_of(cloud, key):
            return {"interface": text.lower().removesuffix("url")}
    return {}


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
    if profile and profile not in public:
        raise Unusable(
            f"its profile {profile} is in no clouds-public.yaml beside it: write the profile's "
            "settings into the entry"
        )
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
    for entry in entries:
        NETWORK.require_known(entry, of=" in networks")
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
    for entry in entries:
        if isinstance(entry, dict):
            _require_no_settings(cloud, entry)
    names = [text_of(entry, "name") if isinstance(entry, dict) else str(entry) for entry in entries]
    require_filled_in(["regions"] if any(is_placeholder(name or "<>") for name in names) else [])
    return tuple(name for name in names if name) or None


def _require_no_settings(cloud: Mappings, region: Mappings) -> None:
    """Raises Unusable for a region that is asked otherwise than the cloud's others."""
    REGION.require_known(region, of=" in regions")
    values = mapping_of(region, "values")
    CLOUD.require_known(values, of=" in the values of a region")
    for key in values:
        honoured = CLOUD.verdict(str(key)) is Verdict.HONOURED
        if honoured and (key != "networks" or _network(values) != _network(cloud)):
            raise Unusable(f"a region has a {key} of its own; import each region by itself")
