"""What a benchmark ran on: figures of two machines are not to be compared, their ratios may be."""

import importlib.metadata
import os
import platform
import sqlite3
from typing import Any

from inventory.selectors.host import cpu_of_host

PACKAGES = (
    "apache-libcloud",
    "boto3",
    "celery",
    "django",
    "granian",
    "graphene",
    "graphene-django",
    "graphql-core",
    "orjson",
)


def describe_machine() -> dict[str, Any]:
    """``load``: how many processes wanted the processor in the minute before; other people's
    work shows there.
    """
    cpu = cpu_of_host()
    return {
        "cpu": cpu.model,
        "cores": cpu.cores,
        "architecture": cpu.architecture,
        "system": platform.system(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "load": round(os.getloadavg()[0], 1),
    }


def machine_line(machine: dict[str, Any]) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in machine["packages"].items())
    return (
        f"{machine['cores']} cores of {machine['cpu']} ({machine['architecture']}), "
        f"{machine['system']}, {machine['python']}, SQLite {machine['sqlite']}, {packages}; "
        f"load average {machine['load']}"
    )
