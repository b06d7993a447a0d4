"""The secrets among the arguments of a job at a cloud, and the errors that must not quote them."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from inventory.providers import Cloud
from jobs.api import OperationFailed, reveal


def variables_of(arguments: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The variables of a container's order. Raises OperationFailed when no key opens them."""
    return [(name, value) for name, value in json.loads(reveal(arguments["environment"]))]


def user_data_of(arguments: Mapping[str, Any]) -> str | None:
    """The script of a machine's first boot. Raises OperationFailed when no key opens it."""
    found: str | None = reveal(arguments["user_data"])
    return found


def conceal_sealed(cloud: Cloud, arguments: Mapping[str, Any]) -> None:
    """No error of ``cloud`` will quote the secrets of a job, those of later looks included.

    Secrets that no key opens any more are not known; an order that needs them fails by itself.
    """
    with suppress(OperationFailed):
        if arguments.get("environment"):
            cloud.conceal(value for _name, value in variables_of(arguments))
        if arguments.get("user_data"):
            cloud.conceal([user_data_of(arguments) or ""])
