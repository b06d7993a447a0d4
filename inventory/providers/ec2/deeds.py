"""Actions on what is not a machine: each is a function that builds its request.

The action sends the request, and a dry run sends the same one with ``DryRun``.

::

    @deed("volumes", "delete")
    def delete_volume(driver, external_id): return Call("delete_volume", {"VolumeId": external_id})
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from inventory.providers.capability import Key
from inventory.providers.ec2.calls import Call
from inventory.providers.ec2.driver import EC2Driver
from inventory.providers.reading import Reading
from inventory.providers.table import does

Builder = Callable[..., Call]
BUILDERS: dict[Key, Builder] = {}
# Ids that no object can have: an action on one of them changes nothing.
NOWHERE: Mapping[str, str] = {
    "virtual_machines": "i-00000000000000000",
    "volumes": "vol-00000000000000000",
    "snapshots": "snap-00000000000000000",
    "key_pairs": "key-00000000000000000",
    "security_groups": "sg-00000000000000000",
}


def deed(resource: str, verb: str) -> Callable[[Builder], Callable[..., None]]:
    """Mark the function that builds the request of ``verb``; what is left of it sends it."""

    def marked(build: Builder) -> Callable[..., None]:
        BUILDERS[resource, verb] = build

        @does(resource, verb)
        @wraps(build)
        def act(driver: EC2Driver, *arguments: Any) -> None:
            call = build(driver, *arguments)
            driver.call(call.operation, **call.parameters)

        return act

    return marked


def tags_in(found: Reading) -> tuple[tuple[str, str], ...]:
    """An object's tags, by key."""
    tags = [(tag.text("Key") or "", tag.text("Value") or "") for tag in found.parts("Tags")]
    return tuple(sorted(tags))


def tag_specification(kind: str, tags: Mapping[str, str]) -> dict[str, Any]:
    """The parameter that tags a new object of EC2's ``kind`` from its first moment on."""
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": pairs}]} if pairs else {}
