"""clouds.yaml, with its secure.yaml and clouds-public.yaml.

Their format: docs.openstack.org/openstacksdk, "Configuring OpenStack SDK Applications". The keys
are in ``openstack_keys``, and ``openstack_merge`` says which place counts before which.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from inventory.imports.clouds.contents import named_text
from inventory.imports.clouds.found import Account, Finding, Unusable, finding
from inventory.imports.clouds.openstack_keys import (
    AUTH,
    CERTIFICATES,
    CLOUD,
    ENDPOINTS,
    INTERFACES,
    NETWORK,
)
from inventory.imports.clouds.openstack_login import login_from
from inventory.imports.clouds.openstack_merge import (
    Merged,
    Settings,
    merge_cloud,
    merge_secrets,
)
from inventory.imports.clouds.values import (
    credentials_from,
    is_placeholder,
    is_true,
    mapping_of,
    require_filled_in,
    text_of,
)
from inventory.imports.errors import ImportFailed
from inventory.providers.credential import LONGEST_VALUE

# openstacksdk replaces {region_name} in an address: ``magic_fixes`` and ``get_one``.
REFERENCE = re.compile(r"\{region_name\}")
EXPANDED = ("auth_url", *ENDPOINTS, *CERTIFICATES)


def read_clouds(data: Any, *, secrets: Any, vendors: Any, origin: str) -> Iterator[Finding]:
    """The clouds of clouds.yaml. ``secrets``: secure.yaml; ``vendors``: clouds-public.yaml.

    Raises ImportFailed: one of the three is no such file.
    """
    clouds = _clouds(data, "clouds", origin)
    secret = _clouds(secrets, "clouds", f"secure.yaml beside {origin}")
    public = _clouds(vendors, "public-clouds", f"clouds-public.yaml beside {origin}")
    own = {**secret, **clouds}
    for name in own:
        if name in clouds and secret.get(name) is not None:
            own[name] = merge_secrets(clouds[name], secret[name])
        yield finding(origin, name, partial(_account, name, own, public))


def account_of(own: Settings, public: Settings | None = None) -> Account:
    """One entry. ``public``: the profiles that it can name. Raises Unusable."""
    merged = merge_cloud(own, public or {})
    credentials = [_credentials(one) for one in merged]
    if any(one != credentials[0] for one in credentials):
        keys = {key for one in merged if one.region for key in one.region.keys}
        named = ", ".join(sorted(keys) or ["region_name"])
        raise Unusable(f"its regions differ in their settings ({named}); import each by itself")
    regions = tuple(one.region.name for one in merged if one.region)
    return Account(kind="openstack", credentials=credentials[0], regions=regions or None)


def _clouds(data: Any, key: str, origin: str) -> dict[str, Any]:
    if data is None:
        return {}
    clouds = data.get(key) if isinstance(data, dict) else None
    if not isinstance(clouds, dict):
        raise ImportFailed(f"{origin} has no clouds under {key}.")
    return {str(name): cloud for name, cloud in clouds.items()}


def _account(name: str, clouds: Settings, public: Settings) -> Account:
    return account_of(mapping_of(clouds, name), public)


def _credentials(merged: Merged) -> dict[str, str]:
    """Raises Unusable for a key that is not read at its place, and for a value that has no use."""
    CLOUD.require_known(merged.settings)
    AUTH.require_known(mapping_of(merged.settings, "auth"), of=" in auth")
    cloud = _expanded(merged.settings, merged)
    auth = _expanded(mapping_of(merged.settings, "auth"), merged)
    return {
        **login_from(cloud, auth),
        **credentials_from(cloud, ENDPOINTS),
        **_certificates(cloud),
        **_interface(cloud),
        **_network(cloud),
    }


def _expanded(settings: Settings, merged: Merged) -> dict[str, Any]:
    """With the region's name in the place of its references."""
    region = merged.region.name if merged.region else None
    found = dict(settings)
    for key in EXPANDED:
        text = text_of(settings, key)
        if text is None or is_placeholder(text):
            continue
        if region is not None:
            text = REFERENCE.sub(lambda _: region, text)
        if "{" in text or "}" in text:
            raise Unusable(f"its {key} has a reference in braces that this import does not resolve")
        found[key] = text
    return found


def _certificates(cloud: Settings) -> dict[str, str]:
    """The files that a cloud names. Its client key may be in the certificate's file."""
    paths = {key: path for key in CERTIFICATES if (path := text_of(cloud, key))}
    require_filled_in(key for key, path in paths.items() if is_placeholder(path))
    if "key" in paths and "cert" not in paths:
        raise Unusable("its key has no cert")
    if "cert" in paths:
        paths.setdefault("key", paths["cert"])
    return {CERTIFICATES[key]: _file(key, path) for key, path in paths.items()}


def _file(key: str, path: str) -> str:
    text = named_text(path, key=key)
    if len(text) > LONGEST_VALUE:
        raise Unusable(
            f"its {key} is longer than {LONGEST_VALUE} characters; name a file with the one "
            "certificate, or none where a public authority has signed the server's"
        )
    return text


def _interface(cloud: Settings) -> dict[str, str]:
    """``internal``, or in older files ``internalURL``."""
    for key in INTERFACES:
        if text := text_of(cloud, key):
            return {"interface": text.lower().removesuffix("url")}
    return {}


def _network(cloud: Settings) -> dict[str, str]:
    """The network that new machines go to: the one for floating addresses, else the default one.

    If several are left, the user chooses one when the account is connected.
    """
    entries = cloud.get("networks") or []
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise Unusable("networks is not a list of mappings")
    for entry in entries:
        NETWORK.require_known(entry, of=" in networks")
    for role in ("nat_destination", "default_interface"):
        entries = [entry for entry in entries if is_true(entry, role, default=False)] or entries
    name = text_of(entries[0], "name") if len(entries) == 1 else None
    require_filled_in(["networks"] if name and is_placeholder(name) else [])
    return {"network": name} if name else {}
