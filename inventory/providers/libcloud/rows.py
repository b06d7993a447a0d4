"""The declaration of a driver of libcloud: how it is built, and what it can do."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from inventory.providers.credential import CredentialField

# The names of an address's parts in a driver's constructor.
HOST = ("host", "port", "secure")
HOST_AND_PATH = (*HOST, "path")
WHOLE = ("url",)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a driver's constructor, under the name that libcloud gives it.

    ``address``: the parameters that it is split into; its field is an address, judged as every
    address is. ``https_only``: the driver speaks no http there. Paths of files have no form here:
    a file is the gateway's, not the user's.
    """

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    default: str | None = None
    choices: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    https_only: bool = False

    def credential(self) -> CredentialField:
        return CredentialField(
            self.name,
            self.label,
            help=self.help,
            secret=self.secret,
            required=self.required,
            default=self.default,
            choices=self.choices,
            url=bool(self.address),
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A driver. ``name``: libcloud's constant of the provider.

    ``can``: short names of capabilities; see ``kinds.CAPABILITIES``, of a storage driver
    ``stores.offered.CAPABILITIES``. ``start`` and ``stop``: the
    methods. ``region``: its constructor takes one; ``regions``: those that it takes, the first by
    default. An open set has one name there, and ``open_regions``.
    ``fixed``: further arguments of the constructor, the same for every account. ``module``: names
    of the driver's module that are set before a driver is used. ``nodes``: in place of its
    ``list_nodes``.
    """

    name: str
    label: str
    arguments: tuple[Argument, ...]
    can: str
    start: str = "start_node"
    stop: str = "stop_node"
    regions: tuple[str, ...] = ()
    open_regions: bool = False
    fixed: Mapping[str, Any] = field(default_factory=dict)
    module: Mapping[str, Any] = field(default_factory=dict)
    nodes: Callable[[Any], list[Any]] | None = None

    @property
    def address(self) -> Argument | None:
        """The argument that is an address; None: the driver knows where its cloud is."""
        return next((one for one in self.arguments if one.address), None)


def list_every_page(driver: Any) -> list[Any]:
    """For a driver whose ``list_nodes`` returns the last page alone."""
    return [node for page in driver.ex_list_nodes_paginated() for node in page]


def as_listed(found: Iterable[Any], key: object) -> list[Any]:  # noqa: ARG001 - as sorted has it
    """For a driver's ``sorted``, which raises for objects without the field to sort by."""
    return [*found]


def secret(name: str, label: str, text: str = "") -> Argument:
    return Argument(name, label, text, secret=True)


def text(name: str, label: str, help_text: str = "") -> Argument:
    return Argument(name, label, help_text)


def optional(name: str, label: str, help_text: str = "", *, hidden: bool = False) -> Argument:
    return Argument(name, label, help_text, required=False, secret=hidden)


def choice(name: str, label: str, choices: tuple[str, ...], default: str) -> Argument:
    return Argument(name, label, default=default, choices=choices)


def address(
    parts: tuple[str, ...], example: str, name: str = "url", *, https_only: bool = False
) -> Argument:
    return Argument(name, "Address", f"For example {example}", address=parts, https_only=https_only)


TOKEN = (secret("key", "API token"),)
USER_AND_PASSWORD = (text("key", "User name"), secret("secret", "Password"))
KEY_AND_SECRET = (text("key", "API key"), secret("secret", "API secret"))
ACCESS_KEY = (text("key", "Access key id"), secret("secret", "Secret access key"))

# The usual capabilities of a row: see ``Row.can``.
ALL = "list start stop reboot terminate sizes images locations"
NO_POWER = "list reboot terminate sizes images locations"
ORDERS = f"{ALL} provision"
ORDERS_NO_POWER = f"{NO_POWER} provision"
