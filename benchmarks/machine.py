"""The machine of a run. Compare the ratios of two machines, never their absolute figures."""

import importlib.metadata
import os
import platform
import sqlite3
from typing import Any

from gateway.core import redis
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
        "load": round(os.getloadavg()[0], 1),
        "versions": {
            platform.python_implementation(): platform.python_version(),
            "SQLite": sqlite3.sqlite_version,
            "Redis": redis.client().info("server")["redis_version"],
            **{name: importlib.metadata.version(name) for name in PACKAGES},
        },
    }


def machine_line(machine: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    return (
        f"{machine['cores']} × {machine['cpu']} ({machine['architecture']}), {machine['system']}, "
        f"load average {machine['load']}, {versions}"
    )
