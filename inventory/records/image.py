"""Images that machines are created from. Sizes are in GiB."""

from dataclasses import dataclass
from typing import Any

from inventory.records.base import ObservedRecord, listed
from inventory.records.state_change import StateChange
from inventory.types import MeaningfulEnum


class ImageState(MeaningfulEnum):
    """The state of an image, in one vocabulary for all clouds. rawState has the cloud's word."""

    CREATING = "CREATING", "It is being created."
    AVAILABLE = "AVAILABLE", "Machines can be created from it."
    DISABLED = "DISABLED", "It exists, and no machine can be created from it now."
    DELETING = "DELETING", "It is being deleted."
    DELETED = "DELETED", "It is deleted for good."
    MISSING = (
        "MISSING",
        "Its cloud no longer lists it, and this gateway did not delete it.",
    )
    ERROR = "ERROR", "Its cloud reports that it failed."
    UNKNOWN = "UNKNOWN", "The cloud's word for its state is not known here, or could not be read."


# States in which an order of a machine may name an image.
ORDERABLE = frozenset({ImageState.AVAILABLE, ImageState.UNKNOWN})
# Architectures by the words of clouds; others are shown as they are, in lower case.
ARCHITECTURES = {"aarch64": "arm64", "amd64": "x86_64", "x64": "x86_64", "i686": "i386"}


# The spellings that sizes and images share.
COMPARED_ARCHITECTURES = frozenset({"arm64", "i386", "x86_64"})


def architecture_of(word: str | None) -> str | None:
    """The architecture in one spelling for all clouds. None: the cloud does not report it."""
    lower = (word or "").lower()
    return ARCHITECTURES.get(lower, lower) or None


def not_own(image: Any) -> str:
    """Why a record or a row cannot be deleted by whom it does not belong to."""
    if image.own is True:
        return ""
    if image.own is None:
        return "The cloud does not report whether the image belongs to the account."
    return "The image does not belong to the account: only its owner can delete it."


def snapshots_left(image: Any) -> str:
    """The objects that stay at the cloud when the image, a record or a row, is deleted."""
    ids = ", ".join(image.snapshot_ids)
    return f"Its snapshots stay, and may cost money: {ids}." if ids else ""


@listed(
    "images",
    StateChange(
        verb="delete",
        label="Delete an image",
        meaning="Delete an image of the account for good.",
        description="Delete an image of the account for good; one of another owner is refused. "
        "Machines that were created from it stay. "
        "The job succeeds when it is seen deleted, or gone.",
        goal=ImageState.DELETED,
        done="deleted",
        ready=frozenset(
            {ImageState.AVAILABLE, ImageState.DISABLED, ImageState.ERROR, ImageState.UNKNOWN}
        ),
        waits=frozenset({ImageState.CREATING, ImageState.DELETING}),
        refused_early=True,
        forbids=not_own,
        leaves=snapshots_left,
        bulk="Delete images of the account for good: a job with a child for each. One that is busy "
        "or belongs to another owner fails.",
    ),
)
@dataclass(frozen=True, slots=True)
class ImageRecord(ObservedRecord):
    """``state``: where its cloud has no states, a listed image is available. ``size``: of the disks
    of a machine that is created from it. ``own``: it belongs to the account. ``machine_id``: the
    machine that it was created from. ``snapshot_ids``: the snapshots that have its content.
    """

    state: ImageState = ImageState.AVAILABLE
    raw_state: str = ""
    size: int | None = None
    architecture: str | None = None
    public: bool | None = None
    own: bool | None = None
    description: str | None = None
    machine_id: str | None = None
    snapshot_ids: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NewImage:
    """An order for an image of a machine. ``tags``: as of a volume."""

    name: str
    machine_id: str
    client_token: str
    description: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
