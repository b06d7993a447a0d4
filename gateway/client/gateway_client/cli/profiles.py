"""The gateways that one has logged in to, by names: ``profiles.json`` in the user's settings.

``GATEWAY_CONFIG_DIR`` names another directory.
"""

import json
import os
from pathlib import Path

import typer

from .secrets import write_private

FILE = "profiles.json"


def directory() -> Path:
    named = os.environ.get("GATEWAY_CONFIG_DIR")
    return Path(named) if named else Path(typer.get_app_dir("cloud-gateway"))


def read_profiles() -> dict[str, str]:
    """Addresses by the names of profiles."""
    try:
        return dict(json.loads((directory() / FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}


def save_profile(name: str, url: str) -> None:
    write_private(directory() / FILE, {**read_profiles(), name: url})


def forget_profile(name: str) -> None:
    write_private(
        directory() / FILE, {kept: url for kept, url in read_profiles().items() if kept != name}
    )
