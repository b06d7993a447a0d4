"""Whether an object is gone that was not found by its id, and that no request was sent for.

One "not found" proves little: a replica or a cell may lag behind, and AWS documents that an
instance may not be found for a while after it was made ("Ensure idempotency and eventual
consistency", docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html). Two single reads
and the list have to agree.
"""

from datetime import timedelta

from django.utils import timezone

from inventory.live.resources import RESOURCES
from inventory.operations.target import Target
from jobs.registry import OperationFailed, Step, Wait

LOOK_AGAIN_SECONDS = 4.0
LEAST_LOOKS, MOST_LOOKS = 2, 15
YOUNG = timedelta(seconds=60)  # what was just made may not be shown everywhere yet
PENDING = "The cloud does not find the {noun}. Looking again before it is reported as gone."


def confirm_absence(step: Step, target: Target) -> Wait | None:
    """None: the object is gone. Fails the job if the list goes on showing the object."""
    looks = int(step.memory.get("absent_looks", 0)) + 1
    step.remember(absent_looks=looks)
    noun, is_last = target.subject.noun, looks >= MOST_LOOKS
    if looks < LEAST_LOOKS or (not is_last and _is_young(target)):
        return Wait(LOOK_AGAIN_SECONDS, PENDING.format(noun=noun))
    if not _is_listed(target):
        return None
    if is_last or step.last_look:
        message = f"The cloud does not find the {noun} by its id, and its list shows the {noun}."
        raise OperationFailed("NOT_FOUND", f"{message} Nothing was sent.")
    return Wait(LOOK_AGAIN_SECONDS, PENDING.format(noun=noun))


def _is_listed(target: Target) -> bool:
    resource = RESOURCES[target.source.resource]
    key = target.cloud.kind.id_key
    removed = resource.observed.removed
    return any(
        key(record.external_id) == key(target.external_id) and record.state != removed
        for record in resource.fetch(target.cloud)
    )


def _is_young(target: Target) -> bool:
    """Whether it was made a moment ago, as far as its row says."""
    rows = RESOURCES[target.source.resource].rows
    row = rows.filter(source=target.source, external_id=target.external_id).first()
    made_at = (row.provisioned_at or row.created_at) if row is not None else None
    return made_at is not None and timezone.now() - made_at < YOUNG
