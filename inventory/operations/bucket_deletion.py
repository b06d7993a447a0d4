"""Delete a bucket; with ``force``, its objects before it, a page in each step.

A step deletes the first objects that the store lists, so a job that was interrupted, or another one
later, goes on where the objects are. Only the bucket of the submission is emptied: one that was
created since under its name has another creation time.
"""

from inventory.live.api import store_removal
from inventory.operations.absence import confirm_absence
from inventory.operations.actions.buckets import DELETE_BUCKET
from inventory.operations.identity import Replaced
from inventory.operations.request import BY_EARLIER_JOB
from inventory.operations.target_context import TargetContext, target_of
from jobs.api import Done, Outcome, Step, Wait, operation

POLL_SECONDS = 1.0
ASKED, DELETED_OBJECTS = "asked", "deleted_objects"
RESULT = {"state": DELETE_BUCKET.goal.value}


@operation(DELETE_BUCKET.operation, label=DELETE_BUCKET.label)
def delete_bucket(step: Step) -> Outcome:
    with target_of(step) as bucket:
        try:
            record = bucket.read()
        except Replaced as replaced:
            return Done(f"The bucket is deleted. {replaced.message}", result=RESULT)
        if record is None:
            return _gone(step, bucket)
        step.about_to_act()
        step.remember(**{ASKED: True})
        deleted = bucket.cloud.call(
            *DELETE_BUCKET.capability.key, bucket.external_id, force=step.arguments["force"]
        )
        if not deleted:
            return Wait(POLL_SECONDS, "Asked the store to delete the bucket.")
        total = int(step.memory.get(DELETED_OBJECTS, 0)) + deleted
        step.remember(**{DELETED_OBJECTS: total})
        return Wait(0, f"Deleted {total} objects and versions so far.")


def _gone(step: Step, bucket: TargetContext) -> Outcome:
    """If this job has sent no request, a bucket that is not found is looked for once more."""
    was_asked = bool(step.memory.get(ASKED))
    if not was_asked and (wait := confirm_absence(step, bucket)) is not None:
        return wait
    store_removal(bucket.source, bucket.external_id)
    count = int(step.memory.get(DELETED_OBJECTS, 0))
    message = "The bucket is deleted"
    message += f", with {count} objects and versions." if count else "."
    earlier = any(one.memory.get(ASKED) for one in step.earlier_jobs())
    if not was_asked:
        message = (
            f"The bucket was deleted already. {BY_EARLIER_JOB}"
            if earlier
            else ("The bucket was deleted already; nothing was done.")
        )
    return Done(message, result=RESULT)
