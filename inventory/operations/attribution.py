"""Which changes the declared actions make, so that the history can name their jobs."""

from collections.abc import Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any

from inventory.models import Change as Found
from inventory.operations.actions import (
    ACTIONS,
    EDITS,
    Action,
    AtMostOnce,
    Change,
    Edit,
    target_type_of,
)
from inventory.operations.actions.virtual_machines import START, STOP
from inventory.operations.actors import asked_before, register_creator, register_maker
from inventory.providers.capability import CREATING
from inventory.resources.history import PRICE
from inventory.types import MISSING
from jobs.api import Job

Facts = Mapping[str, Any]
STATE, SIZE = "state", "size_id"
# The states that an object passes on its way to the goal of a change.
ON_THE_WAY: Mapping[str, frozenset[str]] = {
    "RUNNING": frozenset({"PENDING"}),
    "STOPPED": frozenset({"STOPPING"}),
    "SUSPENDED": frozenset({"STOPPING"}),
    "TERMINATED": frozenset({"STOPPING"}),
    "REMOVED": frozenset({"STOPPING"}),
    "DELETED": frozenset({"DELETING"}),
}
RESTARTS = frozenset({"REBOOTING", "RESTARTING"})
EDITED = "CHANGING"


def action_makes(action: Action, job: Job, found: Found, facts: Facts) -> bool:
    """True if ``action``, which the job has asked for, leads to the state of the row."""
    if found.field != STATE or not asked_before(job, action.name, found.at):
        return False
    state = str(facts[STATE])
    if isinstance(action, AtMostOnce):
        return state in RESTARTS | {str(action.goal)}
    if not isinstance(action, Change):
        return False
    goals = {str(action.goal), *((MISSING,) if action.removes else ())}
    return state in goals | ON_THE_WAY.get(str(action.goal), frozenset())


def edit_makes(edit: Edit, job: Job, found: Found, facts: Facts) -> bool:
    """True if ``edit``, which the job has asked for, leads to the present value of the column."""
    if found.field not in (*edit.changes, STATE) or not asked_before(job, edit.name, found.at):
        return False
    if found.field == STATE and facts[STATE] == EDITED:
        return True
    return edit.is_done(SimpleNamespace(**facts), job.arguments)


def resize_makes(job: Job, found: Found, facts: Facts) -> bool:
    """A resize may stop the machine first, and starts it again. The price follows from the size."""
    if found.field in {SIZE, PRICE}:
        is_asked = asked_before(job, "resize", found.at)
        return is_asked and facts[SIZE] == job.memory.get("size", job.arguments["size"])
    return any(action_makes(one, job, found, facts) for one in (STOP, START))


def tag_makes(job: Job, found: Found, facts: Facts) -> bool:
    """The tags that it sets are there, and those that it removes are not."""
    if found.field != "tags" or not asked_before(job, "tag", found.at):
        return False
    change = job.memory.get("change") or {"set": {}, "remove": []}
    tags = dict(facts["tags"] or ())
    is_set = all(tags.get(key) == value for key, value in change["set"].items())
    return is_set and not any(key in tags for key in change["remove"])


def _register() -> None:
    for action in ACTIONS:
        register_maker(action.operation, partial(action_makes, action))
    for edit in EDITS:
        register_maker(edit.operation, partial(edit_makes, edit))
    register_maker("virtual_machine.resize", resize_makes)
    register_maker("virtual_machine.tag", tag_makes)
    for capability in CREATING:
        register_creator(f"{target_type_of(capability.resource).prefix}{capability.verb}")


_register()
