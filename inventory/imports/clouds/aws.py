"""Profiles of the AWS tools: ~/.aws/config and ~/.aws/credentials.

Their format: docs.aws.amazon.com/sdkref, "Shared config and credentials files", and the pages on
assuming a role, on IAM Identity Center (SSO) and on service-specific endpoints. The keys are in
``aws_keys``.
"""

from collections.abc import Iterator, Mapping
from functools import partial

from inventory.imports.clouds.aws_keys import ENDS, KEYS, LOGINS, PROFILE, ROLE, SERVICE
from inventory.imports.clouds.aws_session import session_keys
from inventory.imports.clouds.found import Account, Finding, Unusable, finding
from inventory.imports.clouds.values import (
    credentials_from,
    is_true,
    region_from,
    require_filled_in,
)

SECTIONS = {"profile", "services", "sso-session"}

Sections = Mapping[str, Mapping[str, str]]


def read_profiles(config: Sections, credentials: Sections, *, origin: str) -> Iterator[Finding]:
    """Every profile that says where its keys come from; others hold settings alone."""
    services = _named(config, "services")
    # A file of credentials has its say over the file of settings.
    profiles = {
        name: {**profile, **credentials.get(name, {})}
        for name, profile in {**credentials, **_named(config, "profile")}.items()
    }
    for name, profile in profiles.items():
        if any(key in profile for key in (*KEYS, *ROLE, *LOGINS)):
            yield finding(origin, f"aws-{name}", partial(_account, name, profiles, services))


def _require_plain_name(name: str) -> None:
    """Raises Unusable for a section of config that stands in credentials."""
    word, _, rest = name.partition(" ")
    if word in SECTIONS and rest:
        raise Unusable(f"a section of credentials is named without the word {word}: [{rest}]")


def _named(config: Sections, word: str) -> dict[str, Mapping[str, str]]:
    """The sections ``[word NAME]`` by their name; ``[default]`` is a profile without the word."""
    found = {}
    for section, values in config.items():
        first, _, name = section.partition(" ")
        if first == word and name.strip():
            found[name.strip()] = values
        elif section == "default" and word == "profile":
            found.setdefault("default", values)
    return found


def _account(name: str, profiles: Sections, services: Sections) -> Account:
    profile = profiles[name]
    _require_plain_name(name)
    PROFILE.require_known(profile)
    credentials = _keys(name, profiles) | credentials_from(profile, ROLE)
    endpoint = _endpoint(profile, services)
    source = profile.get("source_profile")
    if profile.get("role_arn") and source and _endpoint(profiles[source], services) != endpoint:
        raise Unusable(f"its source_profile {source} has another endpoint_url than its own")
    if endpoint:
        credentials["endpoint_url"] = endpoint
    return Account(kind="aws", credentials=credentials, regions=region_from(profile, "region"))


def _keys(name: str, profiles: Sections) -> dict[str, str]:
    """A profile's own keys, or those of the profile that its role is assumed from."""
    profile = profiles[name]
    _require_supported(profile)
    source = profile.get("source_profile")
    if not profile.get("role_arn") or source == name:
        return _own_keys(profile)
    if not source:
        raise Unusable("its role_arn has no source_profile, whose keys would assume it")
    if source not in profiles:
        raise Unusable(f"its source_profile {source} is in neither file")
    if profiles[source].get("role_arn"):
        raise Unusable(f"its source_profile {source} assumes a role too; one role can be assumed")
    _require_supported(profiles[source])
    PROFILE.require_known(profiles[source], of=f" in its source_profile {source}")
    return _own_keys(profiles[source])


def _own_keys(profile: Mapping[str, str]) -> dict[str, str]:
    return session_keys(credentials_from(profile, KEYS), profile, ENDS)


def _require_supported(profile: Mapping[str, str]) -> None:
    for key, reason in LOGINS.items():
        if profile.get(key):
            raise Unusable(reason)


def _endpoint(profile: Mapping[str, str], services: Sections) -> str | None:
    """Where EC2 is asked, if not at Amazon's: of EC2 alone before that of every service.

    The gateway asks STS for a role's keys at the same address. Raises Unusable if the profile has
    another one.
    """
    if is_true(profile, "ignore_configured_endpoint_urls", default=False):
        return None
    name = profile.get("services")
    if name and name not in services:
        raise Unusable(f"its services section {name} is not in the file")
    section = services[name] if name else {}
    every = profile.get("endpoint_url")
    ec2 = _service(section, "ec2") or every
    if profile.get("role_arn") and ec2 != (_service(section, "sts") or every):
        raise Unusable("its role is assumed at another endpoint_url than that of EC2 (services)")
    require_filled_in(["endpoint_url"] if ec2 and ec2.startswith("<") else [])
    return ec2


def _service(section: Mapping[str, str], service: str) -> str | None:
    nested = section.get(service) or ""
    settings = dict(_setting(line) for line in nested.splitlines() if line.strip())
    SERVICE.require_known(settings, of=f" for {service}")
    return settings.get("endpoint_url") or None


def _setting(line: str) -> tuple[str, str]:
    key, _, value = line.partition("=")
    return key.strip(), value.strip()
