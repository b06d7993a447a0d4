"""How an image of a machine is created."""

from collections.abc import Mapping
from typing import Any

from inventory.operations.actions.creation import Creation
from inventory.operations.actions.taken import Taken
from inventory.operations.actions.target_type import TargetType
from inventory.providers import Capability
from inventory.records.image import ImageState as State
from inventory.records.image import NewImage
from inventory.resources.image import IMAGES

IMAGE = TargetType(IMAGES)


def _clean(_provider: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"machine": given["machine"].external_id, "description": given.get("description")}


def _order(arguments: Mapping[str, Any], mark: str) -> NewImage:
    return NewImage(
        name=arguments["name"],
        machine_id=arguments["machine"],
        client_token=mark,
        description=arguments["description"],
        tags=arguments["tags"],
    )


CREATE = Creation(
    target_type=IMAGE,
    capability=Capability.CREATE_IMAGE,
    label="Create an image",
    description="Create an image of a machine, without stopping or restarting it. The image of a "
    "running machine has the content of its disks at that moment, as after a power "
    "failure. Stop the machine first to include the data that its programs have not "
    "written yet. "
    "The job succeeds when the image is seen available.",
    takes={
        "machine": Taken(
            type="VirtualMachine", is_object=True, required=True, description="The machine."
        ),
        "description": Taken(description="Its description."),
    },
    clean=_clean,
    order=_order,
    done=frozenset({State.AVAILABLE}),
    failed=frozenset({State.ERROR, State.DELETED}),
    anchor="machine",
)
CREATIONS = (CREATE,)
