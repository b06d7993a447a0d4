"""How a snapshot of a volume is taken."""

from collections.abc import Mapping
from typing import Any

from inventory.operations.actions.creation import Creation
from inventory.operations.actions.taken import Taken
from inventory.operations.actions.target_type import TargetType
from inventory.providers import Capability
from inventory.records.snapshot import NewSnapshot
from inventory.records.snapshot import SnapshotState as State
from inventory.resources.snapshot import SNAPSHOTS

SNAPSHOT = TargetType(SNAPSHOTS)


def _clean(_provider: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"volume": given["volume"].external_id, "description": given.get("description")}


def _order(arguments: Mapping[str, Any], mark: str) -> NewSnapshot:
    return NewSnapshot(
        name=arguments["name"],
        volume_id=arguments["volume"],
        client_token=mark,
        description=arguments["description"],
        tags=arguments["tags"],
    )


CREATE = Creation(
    target_type=SNAPSHOT,
    capability=Capability.CREATE_SNAPSHOT,
    label="Take a snapshot",
    description="Take a snapshot of a volume. The job succeeds when it is seen complete.",
    takes={
        "volume": Taken(type="Volume", is_object=True, required=True, description="The volume."),
        "description": Taken(description="Its description."),
    },
    clean=_clean,
    order=_order,
    done=frozenset({State.AVAILABLE}),
    failed=frozenset({State.ERROR, State.DELETED}),
    anchor="volume",
)
CREATIONS = (CREATE,)
