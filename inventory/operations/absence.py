"""Decides if an object that was not found by its id is gone.

One "not found" proves little: a replica or a cell may lag behind, and AWS documents that an
instance may not be found for a while after it was made ("Ensure idempotency and eventual
consistency", docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html). Two single reads
and the list have to agree.
"""

from datetime import timedelta

from django.utils import timezone

from inventory.live.api import RESOURCES
from inventory.operations.target_context import ABSENT_LOOKS, LOOK_AGAIN_SECONDS, TargetContext
from jobs.api import OperationFailed, Step, Wait

LEAST_LOOKS, MOST_LOOKS = 2, 15
YOUNG = timedelta(seconds=60)  # what was just made may not be shown everywhere yet
UNPROVEN = (
    "The list does not show the {noun}, and no test shows that it has every object, so the {noun} "
    "may be there. If nothing is missing in the list, the provider's owner can vouch for it: "
    "trustListing."
)
PENDING = "The cloud does not find the {noun}. Looking again before it is reported as gone."


class Gone(OperationFailed):
    """The object that the job is about does not exist any more."""

    def __init__(self, target: TargetContext) -> None:
        super().__init__("NOT_FOUND", f"The cloud has no such {target.target_type.noun} any more.")


def look_again(step: Step, target: TargetContext) -> Wait:
    """The pause before an object that was not found is looked for again. Raises Gone."""
    wait = confirm_absence(step, target)
    if wait is None:
        raise Gone(target)
    return wait


def confirm_absence(step: Step, target: TargetContext) -> Wait | None:
    """None: the object is gone. Fails the job if the list goes on showing the object, or if the
    list may omit objects that exist.
    """
    looks = int(step.memory.get(ABSENT_LOOKS, 0)) + 1
    step.remember(**{ABSENT_LOOKS: looks})
    noun, is_last = target.target_type.noun, looks >= MOST_LOOKS
    if looks < LEAST_LOOKS or (not is_last and _is_young(target)):
        return Wait(LOOK_AGAIN_SECONDS, PENDING.format(noun=noun))
    if not _is_listed(target):
        if target.source.lists_all:
            return None
        raise OperationFailed("NOT_FOUND", UNPROVEN.format(noun=noun))
    if is_last or step.last_look:
        message = f"The cloud does not find the {noun} by its id, and its list shows the {noun}."
        raise OperationFailed("NOT_FOUND", message)
    return Wait(LOOK_AGAIN_SECONDS, PENDING.format(noun=noun))


def _is_listed(target: TargetContext) -> bool:
    resource = RESOURCES[target.source.resource]
    key = target.cloud.kind.id_key
    removed = resource.observed.removed
    return any(
        key(record.external_id) == key(target.external_id) and record.state != removed
        for record in target.cloud.read(resource.name)
    )


def _is_young(target: TargetContext) -> bool:
    """True if it was created a moment ago, as far as its row shows."""
    rows = RESOURCES[target.source.resource].rows
    row = rows.filter(source=target.source, external_id=target.external_id).first()
    made_at = (row.provisioned_at or row.created_at) if row is not None else None
    return made_at is not None and timezone.now() - made_at < YOUNG
