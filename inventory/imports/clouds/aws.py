"""Profiles of the AWS tools: ~/.aws/config and ~/.aws/credentials.

Their format: docs.aws.amazon.com/sdkref, "Shared config and credentials files", and the pages on
assuming a role, on IAM Identity Center (SSO) and on service-specific endpoints. The keys are in
``aws_keys``. The name of a profile with a space is in quotes, as botocore reads it
(``_parse_section`` of botocore.configloader): docs.aws.amazon.com/cli, "Configuration and
credential file settings".

A profile whose keys come from SSO, a program or a role that assumes another is borrowed: the
account is the profile itself, and boto3 in the gateway gets its keys. That takes an operator who
has listed it in AWS_IDENTITIES, and the gateway's own files.
"""

import os
import shlex
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from inventory.imports.clouds.aws_keys import (
    BORROWED,
    ENDS,
    KEYS,
    LOGINS,
    PROFILE,
    ROLE,
    SERVICE,
)
from inventory.imports.clouds.aws_session import session_keys
from inventory.imports.clouds.found import Account, Finding, LeftOut, Unusable, finding
from inventory.imports.clouds.values import (
    credentials_from,
    is_true,
    region_from,
    require_filled_in,
)
from inventory.providers.ec2.identities import is_listed

SECTIONS = {"profile", "services", "sso-session"}

# The files that boto3 in the gateway reads, by the variables that name others.
OWN_FILES = {
    "AWS_CONFIG_FILE": "~/.aws/config",
    "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials",
}
EXPORT = (
    "import temporary keys instead: `aws configure export-credentials --profile {} "
    "--format env-no-export > FILE`, and import FILE"
)

Sections = Mapping[str, Mapping[str, str]]


class Borrowable(Unusable):
    """A profile without keys of its own, which boto3 could use where it lies."""


def read_profiles(
    config: Sections, credentials: Sections, *, origin: str, own: bool = False
) -> Iterator[Finding]:
    """Every profile that says where its keys come from; others hold settings alone.

    ``own``: the files are those that boto3 in the gateway reads.
    """
    services = _named(config, "services")
    # A file of credentials has its say over the file of settings.
    profiles = {
        name: {**profile, **credentials.get(name, {})}
        for name, profile in {**credentials, **_named(config, "profile")}.items()
    }
    for name, profile in profiles.items():
        if any(key in profile for key in (*KEYS, *ROLE, *LOGINS)):
            read = partial(_account, name, profiles, services, own)
            yield finding(origin, f"aws-{name}", read)
    yield from _misnamed(config, origin)


def are_own(paths: Iterable[Path]) -> bool:
    """True if boto3 in the gateway reads these files."""
    known = {
        Path(os.environ.get(variable) or usual).expanduser().resolve()
        for variable, usual in OWN_FILES.items()
    }
    return {path.resolve() for path in paths} <= known


def _require_plain_name(name: str) -> None:
    """Raises Unusable if a section in the credentials file is named as in the config file."""
    word, _, rest = name.partition(" ")
    if word in SECTIONS and rest:
        raise Unusable(f"a section of credentials is named without the word {word}: [{rest}]")


def _named(config: Sections, word: str) -> dict[str, Mapping[str, str]]:
    """The sections ``[word NAME]`` by their name; ``[default]`` is a profile without the word."""
    found = {}
    for section, values in config.items():
        name = _name(section, word)
        if name is not None:
            found[name] = values
        elif section == "default" and word == "profile":
            found.setdefault("default", values)
    return found


def _misnamed(config: Sections, origin: str) -> Iterator[Finding]:
    """The profiles that botocore does not find: an open quote, or a space without quotes."""
    for section in config:
        if section.split(" ")[0] == "profile" and _name(section, "profile") is None:
            reason = "the name of its section must be one word, or in quotes"
            yield LeftOut(origin=origin, name=section, reason=reason)


def _name(section: str, word: str) -> str | None:
    """NAME of the section ``[word NAME]``; None for another one."""
    try:
        first, name = shlex.split(section)
    except ValueError:  # an open quote, or another number of words
        return None
    return name if first == word else None


def _account(name: str, profiles: Sections, services: Sections, own: bool) -> Account:
    """Raises Unusable."""
    profile = profiles[name]
    _require_plain_name(name)
    try:
        credentials = _keys(name, profiles) | credentials_from(profile, ROLE)
    except Borrowable as reason:
        credentials = _borrowed(name, str(reason), own=own)
    PROFILE.require_known({key: profile[key] for key in profile if key not in BORROWED})
    endpoint = _endpoint(profile, services)
    source = profile.get("source_profile")
    if profile.get("role_arn") and source and _endpoint(profiles[source], services) != endpoint:
        raise Unusable(f"its source_profile {source} has another endpoint_url than its own")
    if endpoint:
        credentials["endpoint_url"] = endpoint
    return Account(kind="aws", credentials=credentials, regions=region_from(profile, "region"))


def _borrowed(name: str, reason: str, *, own: bool) -> dict[str, str]:
    """Raises Unusable unless the gateway may use the profile of its own files."""
    if own and is_listed(f"profile:{name}"):
        return {"profile": name}
    operator = (
        f"or let boto3 in the gateway use the profile: an operator lists profile:{name} in "
        "AWS_IDENTITIES (docs/aws.md)"
        if own
        else "or import it from the gateway's own ~/.aws"
    )
    raise Unusable(f"{reason}; {EXPORT.format(shlex.quote(name))}; {operator}")


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
    _require_supported(profiles[source], of=f" in its source_profile {source}")
    if profiles[source].get("role_arn"):
        raise Borrowable(f"its source_profile {source} assumes a role too; one role can be stored")
    PROFILE.require_known(profiles[source], of=f" in its source_profile {source}")
    return _own_keys(profiles[source])


def _own_keys(profile: Mapping[str, str]) -> dict[str, str]:
    return session_keys(credentials_from(profile, KEYS), profile, ENDS)


def _require_supported(profile: Mapping[str, str], *, of: str = "") -> None:
    """Raises Unusable for a login that is none of keys, Borrowable if boto3 can do it."""
    found = [key for key in LOGINS if profile.get(key)]
    for key in sorted(found, key=BORROWED.__contains__):  # a login that nothing can do comes first
        reason = LOGINS[key] if f"({key})" in LOGINS[key] else f"{LOGINS[key]} ({key})"
        raise (Borrowable if key in BORROWED else Unusable)(f"{reason}{of}")


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
