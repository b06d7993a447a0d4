"""A new machine at Azure: an interface in the account's network, and the machine that has it."""

import base64
import secrets
from collections.abc import Mapping
from typing import Any

from inventory.providers.azure.actions import find_machine
from inventory.providers.azure.images import URN
from inventory.providers.azure.requests import COMPUTE, MACHINES, NETWORK, version_of
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.reading import Reading
from inventory.providers.rest import act, ask, found, part, segment
from inventory.providers.table import does
from inventory.providers.transport import preparing
from inventory.types import MachineRecord, NewMachine

# With this header, Azure refuses a second order with the same name. Without it, Azure would take
# the second order for a change of the first machine.
ONLY_NEW = {"If-None-Match": "*"}
WITH_MACHINE = "Delete"


@does(
    "virtual_machines",
    "provision",
    permissions=(
        f"{MACHINES}/write",
        f"{NETWORK}/networkInterfaces/write",
        f"{NETWORK}/networkInterfaces/join/action",
        f"{NETWORK}/virtualNetworks/subnets/join/action",
    ),
)
def create_machine(driver: Any, order: NewMachine) -> MachineRecord:
    """Disk and interface are deleted with the machine. Raises INVALID_REQUEST without a network."""
    group = _resource_group(driver)
    location = order.location_id or driver.account["location"]
    key = _public_key(driver, group, order.key_pair) if order.key_pair else None
    # Named by the order too: when it is made again, it finds the interface that it has.
    name = f"{segment(order.name)}-{order.client_token[:8]}"
    interface = f"{group}/providers/{NETWORK}/networkInterfaces/{name}"
    machine = f"{group}/providers/{MACHINES}/{segment(order.name)}"
    with preparing():
        _put(driver, interface, _interface(driver, group, location, order))
    try:
        _put(driver, machine, _machine(driver, interface, location, key, order), ONLY_NEW)
    except ProviderError as error:
        # An earlier attempt at this order may have made the machine, with this very interface.
        if not (error.retryable or order.is_repeated or _is_made(driver, machine, order, error)):
            _remove(driver, interface, error)
        raise
    record = find_machine(driver, machine)
    if record is None:
        message = f"Azure made {order.name}, but does not find it."
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
    return record


def _is_made(driver: Any, machine: str, order: NewMachine, reason: ProviderError) -> bool:
    """True if this order made the machine that has the name, or if the machine cannot be read.

    False if ``reason`` is no conflict.
    """
    if reason.code is not ProviderErrorCode.CONFLICT:
        return False
    try:
        there = found(driver.connection, machine, **version_of(machine))
    except ProviderError:
        return True
    return order.client_token in dict(Reading(there).pairs("tags")).values()


def _remove(driver: Any, interface: str, reason: ProviderError) -> None:
    """Delete the network interface of a refused order. If it has to stay, ``reason`` says so."""
    try:
        with preparing():
            act(driver.connection, interface, method="DELETE", **version_of(interface))
    except ProviderError as error:
        reason.message += f" Its interface {interface} stays: {error.message}"


def _put(
    driver: Any, path: str, body: dict[str, Any], headers: Mapping[str, str] | None = None
) -> None:
    reply = driver.connection.request(
        path, params=version_of(path), data=body, headers=dict(headers or {}), method="PUT"
    ).object
    part(reply if isinstance(reply, dict) else {}, "id", str)


def _interface(driver: Any, group: str, location: str, order: NewMachine) -> dict[str, Any]:
    network, subnet = driver.account["network"], driver.account["subnet"]
    where = f"{group}/providers/{NETWORK}/virtualNetworks/{network}/subnets/{subnet}"
    address = {"subnet": {"id": where}, "privateIPAllocationMethod": "Dynamic"}
    return {
        "location": location,
        "tags": dict(order.tags),
        "properties": {"ipConfigurations": [{"name": "ipconfig1", "properties": address}]},
    }


def _machine(
    driver: Any, interface: str, location: str, key: str | None, order: NewMachine
) -> dict[str, Any]:
    face = {"id": interface, "properties": {"primary": True, "deleteOption": WITH_MACHINE}}
    return {
        "location": location,
        "tags": dict(order.tags),
        "properties": {
            "hardwareProfile": {"vmSize": order.size_id},
            "storageProfile": {
                "imageReference": _reference(order.image_id),
                "osDisk": {"createOption": "FromImage", "deleteOption": WITH_MACHINE},
            },
            "osProfile": _system(driver, key, order),
            "networkProfile": {"networkInterfaces": [face]},
        },
    }


def _system(driver: Any, key: str | None, order: NewMachine) -> dict[str, Any]:
    """With a key and no password; without a key, with a random password that is not kept."""
    user = driver.account["admin_username"]
    system: dict[str, Any] = {"computerName": order.name, "adminUsername": user}
    if key:
        keys = [{"path": f"/home/{user}/.ssh/authorized_keys", "keyData": key}]
        system["linuxConfiguration"] = {
            "disablePasswordAuthentication": True,
            "ssh": {"publicKeys": keys},
        }
    else:
        system["adminPassword"] = f"Aa1!{secrets.token_urlsafe(32)}"  # Azure asks for each kind
    if order.user_data:
        system["customData"] = base64.b64encode(order.user_data.encode()).decode()
    return system


def _reference(image_id: str) -> dict[str, str]:
    match = URN.fullmatch(image_id)
    if match is None:
        return {"id": image_id}
    return dict(zip(("publisher", "offer", "sku", "version"), match.groups(), strict=True))


def _resource_group(driver: Any) -> str:
    for name in ("resource_group", "network"):
        if not driver.account.get(name):
            message = f"An order at Azure needs the account's {name}: update the provider with it."
            raise ProviderError(ProviderErrorCode.INVALID_REQUEST, message)
    return f"{driver.subscription}/resourceGroups/{segment(driver.account['resource_group'])}"


def _public_key(driver: Any, group: str, name: str) -> str:
    path = f"{group}/providers/{COMPUTE}/sshPublicKeys/{segment(name)}"
    key = ask(driver.connection, path, **version_of(path))
    return str(part(part(key, "properties", dict), "publicKey", str))
