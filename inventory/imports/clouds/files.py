"""Which reader a file is for. What lies in one folder and belongs together is read together."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from inventory.imports.clouds import aws, cloudmesh, google, kubeconfig, openstack, variables
from inventory.imports.clouds.found import Finding, LeftOut
from inventory.imports.clouds.texts import parse_ini, parse_json, parse_yaml, read_text
from inventory.imports.errors import ImportFailed

ENDINGS = (".yaml", ".yml", ".json")
# Of OpenStack's three files the first says what the others are for.
SECURE, PUBLIC = "secure", "clouds-public"
AWS_PAIR = ("config", "credentials")
KNOWN = (
    "cloudmesh.yaml, OpenStack's clouds.yaml, the AWS tools' config and credentials, a Google "
    "service account's JSON, a kubeconfig, lines of NAME=value"
)


def read_files(paths: Iterable[Path]) -> Iterator[Finding]:
    """The accounts of every file, each with what belongs to it; a file named twice is read once.

    Raises:
        ImportFailed: a file cannot be read, or is none that is known.
    """
    done: set[Path] = set()
    for path in (path.expanduser() for path in paths):
        if path.resolve() in done:
            continue
        files = _together(path)
        done.update(file.resolve() for file in files)
        nothing = LeftOut(origin=str(path), name=path.name, reason="no account in it")
        yield from list(_read(files)) or [nothing]


def _together(path: Path) -> list[Path]:
    """The file and those beside it that belong to it, the leading one first."""
    if path.stem in {SECURE, PUBLIC}:
        path = _clouds_beside(path)
    if path.stem == "clouds":
        return [path, *_beside(path, SECURE), *_beside(path, PUBLIC)]
    if path.name in AWS_PAIR and _is_ini(read_text(path)):  # a kubeconfig is called config too
        return [file for name in AWS_PAIR if (file := path.with_name(name)).exists()]
    return [path]


def _clouds_beside(path: Path) -> Path:
    for found in _beside(path, "clouds"):
        return found
    raise ImportFailed(f"{path} goes with a clouds.yaml, and there is none beside it.")


def _beside(path: Path, stem: str) -> list[Path]:
    found = (path.with_name(stem + ending) for ending in ENDINGS)
    return [file for file in found if file.exists()][:1]


def _read(files: list[Path]) -> Iterator[Finding]:
    origin, text = str(files[0]), read_text(files[0])
    if _is_ini(text):
        return _read_aws(files)
    if variables.is_assignment(_first_line(text)):
        return variables.read_variables(
            variables.parse_assignments(text, origin=origin), origin=origin
        )
    data = _parsed(files[0])
    if not isinstance(data, dict):
        raise ImportFailed(f"{origin} is none of these: {KNOWN}.")
    if "clouds" in data:
        beside = {file.stem: _parsed(file) for file in files[1:]}
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
    "client_email": google.read_service_account,
    "type": google.read_service_account,
}


def _read_aws(files: list[Path]) -> Iterator[Finding]:
    config: dict[str, dict[str, str]] = {}
    credentials: dict[str, dict[str, str]] = {}
    for file in files:
        sections = parse_ini(read_text(file), origin=str(file))
        settings = file.name == "config" or (
            file.name != "credentials" and any(name.startswith("profile ") for name in sections)
        )
        (config if settings else credentials).update(sections)
    return aws.read_profiles(config, credentials, origin=" and ".join(map(str, files)))


def _parsed(path: Path) -> Any:
    text = read_text(path)
    parse = parse_json if text.lstrip().startswith("{") else parse_yaml
    return parse(text, origin=str(path))


def _is_ini(text: str) -> bool:
    first = _first_line(text)
    return first.startswith("[") and first.endswith("]")


def _first_line(text: str) -> str:
    """The first that is neither empty nor a comment."""
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and line[0] not in "#;"), "")
