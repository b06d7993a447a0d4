"""The choice of a reader for a file. Files of one folder that belong together are read together."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from inventory.imports.clouds import (
    aws,
    azure,
    cloudmesh,
    google,
    kubeconfig,
    openstack,
    tokens,
    variables,
)
from inventory.imports.clouds.contents import existing, is_folder
from inventory.imports.clouds.found import Finding, LeftOut
from inventory.imports.clouds.texts import parse_ini, parse_json, parse_yaml, read_text
from inventory.imports.errors import ImportFailed

ENDINGS = (".yaml", ".yml", ".json")
# Of OpenStack's three files the first says what the others are for.
SECURE, PUBLIC = "secure", "clouds-public"
AWS_PAIR = ("config", "credentials")
KNOWN = (
    "cloudmesh.yaml, OpenStack's clouds.yaml, the AWS tools' config and credentials, a Google "
    "service account's JSON, a kubeconfig, the Azure CLI's azureProfile.json, doctl's config.yaml, "
    "linode-cli's file, lines of NAME=value"
)
AZURE_PAIR = (azure.SUBSCRIPTIONS, azure.PRINCIPALS)
# The file that a folder stands for: ~/.azure, ~/.config/openstack, ~/.aws, ~/.kube and others. The
# first that is there counts.
IN_A_FOLDER = (
    azure.SUBSCRIPTIONS,
    *(f"clouds{ending}" for ending in ENDINGS),
    "cloudmesh.yaml",
    "config.yaml",
    "credentials",
    "config",
    "linode-cli",
)
Read = Callable[[Path], str]
SECTION = re.compile(r"\[[^\[\]{}]+\]")  # and no list of JSON, which may have one line too


def read_files(paths: Iterable[Path]) -> Iterator[Finding]:
    """The accounts of every file, each with what belongs to it; a file named twice is read once.

    A file that cannot be read, or is none that is known, is left out; the others are read on.
    """
    done: set[Path] = set()
    for path in paths:
        read = cache(read_text)  # once: a pipe has its text one time
        try:
            if _resolved(path) in done:
                continue
            files = _together(_in_folder(path.expanduser()), read)
            done.update(map(_resolved, files))
            nothing = LeftOut(origin=str(path), name=path.name, reason="no account in it")
            yield from list(_read(files, read)) or [nothing]
        except ImportFailed as failed:
            reason = failed.message.rstrip(".")
            yield LeftOut(origin=str(path), name=path.name, reason=reason, unread=True)


def _resolved(path: Path) -> Path:
    """Raises ImportFailed for a path that cannot be one."""
    try:
        return path.expanduser().resolve()
    except (OSError, ValueError, RuntimeError):  # a loop of links, a NUL, the home of nobody
        raise ImportFailed(f"{path} has an impossible name.") from None


def _in_folder(path: Path) -> Path:
    """The file that a folder stands for, and any other path as it is. Raises ImportFailed."""
    if not is_folder(path):
        return path
    for name in IN_A_FOLDER:
        if existing(path / name):
            return path / name
    raise ImportFailed(f"{path} is a folder without a file that is known; name the file.")


def _together(path: Path, read: Read) -> list[Path]:
    """The file and those beside it that belong to it, the leading one first."""
    if path.stem in {SECURE, PUBLIC}:
        path = _clouds_beside(path)
    if path.name in AZURE_PAIR:
        return [file for name in AZURE_PAIR if existing(file := path.with_name(name))] or [path]
    if path.stem == "clouds":
        return [path, *_beside(path, SECURE), *_beside(path, PUBLIC)]
    if path.name in AWS_PAIR and _is_ini(read(path)):  # a kubeconfig is called config too
        return [file for name in AWS_PAIR if existing(file := path.with_name(name))]
    return [path]


def _clouds_beside(path: Path) -> Path:
    for found in _beside(path, "clouds"):
        return found
    raise ImportFailed(f"{path} goes with a clouds.yaml, and there is none beside it.")


def _beside(path: Path, stem: str) -> list[Path]:
    found = (path.with_name(stem + ending) for ending in ENDINGS)
    return [file for file in found if existing(file)][:1]


def _read(files: list[Path], read: Read) -> Iterator[Finding]:
    if files[0].name in AZURE_PAIR:
        return _read_azure(files, read)
    origin, text = str(files[0]), read(files[0])
    if _is_ini(text):
        return _read_ini(files, read)
    if variables.is_assignment(_first_line(text)):
        return variables.read_variables(
            variables.parse_assignments(text, origin=origin), origin=origin
        )
    data = _parsed(files[0], text)
    if not isinstance(data, dict):
        raise ImportFailed(f"{origin} is none of these: {KNOWN}.")
    if "clouds" in data:
        beside = {file.stem: _parsed(file, read(file)) for file in files[1:]}
        return openstack.read_clouds(
            data, secrets=beside.get(SECURE), vendors=beside.get(PUBLIC), origin=origin
        )
    for key, reader in READERS.items():
        if key in data:
            return reader(data, origin)
    raise ImportFailed(f"{origin} is none of these: {KNOWN}.")


# By a key at the top that no other format has.
READERS: Mapping[str, Callable[[dict[str, Any], str], Iterator[Finding]]] = {
    "cloudmesh": cloudmesh.read_cloudmesh,
    "contexts": kubeconfig.read_contexts,
    "auth-contexts": tokens.read_doctl,
    "access-token": tokens.read_doctl,
    "client_email": google.read_service_account,
    "type": google.read_service_account,
}


def _read_azure(files: list[Path], read: Read) -> Iterator[Finding]:
    data = {file.name: _parsed(file, read(file)) for file in files}
    if azure.SUBSCRIPTIONS not in data:
        raise ImportFailed(f"{files[0]} goes with an {azure.SUBSCRIPTIONS}, and there is none.")
    principals = data.get(azure.PRINCIPALS)
    return azure.read_subscriptions(data[azure.SUBSCRIPTIONS], principals, origin=str(files[0]))


def _read_ini(files: list[Path], read: Read) -> Iterator[Finding]:
    """Those of the AWS tools, or the one of linode-cli."""
    config: dict[str, dict[str, str]] = {}
    credentials: dict[str, dict[str, str]] = {}
    for file in files:
        sections = parse_ini(read(file), origin=str(file))
        if tokens.is_linode_cli(sections):
            return tokens.read_linode_cli(sections, str(file))
        settings = file.name == "config" or (
            file.name != "credentials" and any(name.startswith("profile ") for name in sections)
        )
        (config if settings else credentials).update(sections)
    origin = " and ".join(map(str, files))
    return aws.read_profiles(config, credentials, origin=origin, own=aws.are_own(files))


def _parsed(path: Path, text: str) -> Any:
    is_json = path.suffix == ".json" or text.lstrip().startswith("{")
    parse = parse_json if is_json else parse_yaml
    return parse(text, origin=str(path))


def _is_ini(text: str) -> bool:
    return SECTION.fullmatch(_first_line(text)) is not None


def _first_line(text: str) -> str:
    """The first that is neither empty nor a comment."""
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and line[0] not in "#;"), "")
