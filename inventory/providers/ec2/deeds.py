"""Actions on what is not a machine: each is a function that builds its request.

The action sends the request, and a dry run sends the same one with ``DryRun``.

::

    @deed("volumes", "delete", permissions="ec2:DeleteVolume")
    def delete_volume(driver, external_id): return Call("delete_volume", {"VolumeId": external_id})
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from inventory.providers.capability import Key
from inventory.providers.ec2.calls import Call
from inventory.providers.ec2.driver import EC2Driver
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
    "images": "ami-00000000000000000",
}


def deed(
    resource: str, verb: str, permissions: str | Sequence[str] = ()
) -> Callable[[Builder], Callable[..., None]]:
    """Mark the function that builds the request of ``verb``; what is left of it sends it.

    ``permissions``: as of ``does``.
    """

    def marked(build: Builder) -> Callable[..., None]:
        BUILDERS[resource, verb] = build

        @does(resource, verb, permissions)
        @wraps(build)
        def act(driver: EC2Driver, *arguments: Any) -> None:
            call = build(driver, *arguments)
            driver.call(call.operation, **call.parameters)

        return act

    return marked
