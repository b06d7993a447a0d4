"""cloudmesh's cloudmesh.yaml: the entries that it lists under ``cloudmesh: cloud:``.

The format is that of the template which cloudmesh 4.3 installs. In an entry, ``cm: kind`` names the
kind of cloud, and ``credentials`` has the login, in each cloud's own words.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from inventory.imports.clouds import google, openstack, variables
from inventory.imports.clouds.aws_session import session_keys
from inventory.imports.clouds.azure_keys import AZURE_KEYS
from inventory.imports.clouds.found import Account, Finding, Unusable, finding
from inventory.imports.clouds.keys import Keys
from inventory.imports.clouds.values import (
    credentials_from,
    is_placeholder,
    is_true,
    mapping_of,
    region_from,
    require_filled_in,
    shown,
    text_of,
)
from inventory.imports.errors import ImportFailed

AWS = {"EC2_ACCESS_ID": "access_key_id", "EC2_SECRET_KEY": "secret_access_key"}
COMPUTE = "compute"
# The keys of each entry, as in the template and the manual of cloudmesh 4.3.
FOR_COMMANDS = "it is a default of the cms command, which an order names here"
SHOWN = "it is shown to a person"
ENTRY = Keys(
    honoured=frozenset({"cm", "credentials"}), harmless=dict.fromkeys(["default"], FOR_COMMANDS)
)
ABOUT = Keys(
    honoured=frozenset({"active", "kind", "service"}),
    harmless=dict.fromkeys(("heading", "host", "label", "version", "name", "cloud"), SHOWN),
)
AWS_KEYS = Keys(
    honoured=frozenset({*AWS, "region"}),
    harmless=dict.fromkeys(
        ("EC2_SECURITY_GROUP", "EC2_PRIVATE_KEY_FILE_PATH", "EC2_PRIVATE_KEY_FILE_NAME"),
        FOR_COMMANDS,
    ),
)
GOOGLE_KEYS = Keys(
    honoured=frozenset({"path_to_json_file", "datacenter", "project"}),
    harmless={"client_email": "it is in the key's file too", "auth_type": SHOWN},
)
MOST_REFERENCES = 10  # in one value
FILE = "path_to_json_file"  # with the key of a service account at Google
REFERENCE = re.compile(r"\{(cloudmesh(?:\.[\w-]+)+)\}")

Mappings = Mapping[str, Any]


def read_cloudmesh(data: dict[str, Any], origin: str) -> Iterator[Finding]:
    """Every entry under ``cloud``. Raises ImportFailed where there is no such part."""
    root = data["cloudmesh"]
    clouds = root.get("cloud") if isinstance(root, dict) else None
    if not isinstance(clouds, dict):
        raise ImportFailed(f"{origin} has no clouds under cloudmesh: cloud.")
    security = root.get("security")
    if isinstance(security, dict) and str(security.get("encryption")).lower() == "true":
        raise ImportFailed(f"{origin} is encrypted. Run cms config decrypt first.")
    for name, entry in clouds.items():
        yield finding(origin, str(name), partial(_account, entry, data))


def _account(entry: Any, data: Mappings) -> Account:
    """Raises Unusable."""
    if not isinstance(entry, dict):
        raise Unusable("it is not a mapping")
    about = mapping_of(entry, "cm")
    ENTRY.require_known(entry)
    ABOUT.require_known(about, of=" in cm")
    kind, service = text_of(about, "kind"), text_of(about, "service") or COMPUTE
    if service != COMPUTE:
        raise Unusable(f"it is of the service {service}; only {COMPUTE} is connected")
    if not is_true(about, "active", default=True):
        raise Unusable("it is not active (cm: active)")
    if kind is None or kind not in READERS:
        known = ", ".join(READERS)
        raise Unusable(
            f"there is no kind {shown(str(kind))} here; of cloudmesh's there are {known}"
        )
    return READERS[kind](_resolved(mapping_of(entry, "credentials"), data))


def _resolved(values: Mappings, data: Mappings) -> dict[str, Any]:
    """Replaces each ``{cloudmesh.a.b}`` by the value there; leaves it if there is none.

    Raises Unusable.
    """

    def found(match: re.Match[str]) -> str:
        place: Any = data
        for key in match[1].split("."):
            place = place.get(key) if isinstance(place, dict) else None
        return match[0] if place is None or isinstance(place, dict | list) else str(place)

    resolved = dict(values)
    for key, value in values.items():
        if not isinstance(value, str):
            continue
        if value.count("{") > MOST_REFERENCES:  # each may stand for a text as long as the file
            raise Unusable(f"its {shown(key)} has more than {MOST_REFERENCES} references")
        resolved[key] = REFERENCE.sub(found, value)
    return resolved


def _azure(credentials: Mappings) -> Account:
    AZURE_KEYS.require_known(credentials)
    return variables.azure_account(credentials)


def _aws(credentials: Mappings) -> Account:
    AWS_KEYS.require_known(credentials)
    regions = region_from(credentials, "region")
    keys = session_keys(credentials_from(credentials, AWS))
    return Account(kind="aws", credentials=keys, regions=regions)


def _openstack(credentials: Mappings) -> Account:
    """As in clouds.yaml, or, in older files, as an openrc."""
    words = variables.openstack_words({str(key): value for key, value in credentials.items()})
    plain = {key: value for key, value in credentials.items() if not str(key).startswith("OS_")}
    for key in words.keys() & plain.keys():
        if words[key] != plain[key]:
            raise Unusable(f"its {key} differs from its OS_{key.upper()}")
    return openstack.account_of({**plain, **words})


def _google(credentials: Mappings) -> Account:
    GOOGLE_KEYS.require_known(credentials)
    path = text_of(credentials, FILE) or ""
    require_filled_in([FILE] if is_placeholder(path) else [])
    if not path:
        raise Unusable(f"{FILE} is missing: the key of a service account")
    [zone] = region_from(credentials, "datacenter") or [None]
    project = text_of(credentials, "project")
    own = None if is_placeholder(project or "") else project
    return google.account_in(credentials, FILE, zone, own)


def _docker(_credentials: Mappings) -> Account:
    """Cloudmesh names a machine and an SSH key, which is no address of an engine."""
    raise Unusable(
        "cloudmesh has no address of its engine; connect that by DOCKER_HOST, with --environment"
    )


READERS: Mapping[str, Callable[[Mappings], Account]] = {
    "aws": _aws,
    "azure": _azure,
    "docker": _docker,
    "google": _google,
    "openstack": _openstack,
}
