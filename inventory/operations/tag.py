"""Tag: set some tags and remove others, then look until the cloud shows them.

The job holds a lock of its own, so that the machine can be stopped or terminated meanwhile.
Tags are compared as the cloud compares them, see ``ProviderKind.tags``. The change is planned once,
by the tags before it, and remembered: a step that runs again after a crash goes on with it.
"""

import time
from collections.abc import Mapping
from typing import Any

from gateway.core.text import storable_json
from inventory.operations.absence import look_again
from inventory.operations.request import (
    ASK_AGAIN_SECONDS,
    BY_EARLIER_JOB,
    ask_cloud,
    was_asked_earlier,
)
from inventory.operations.target_context import TargetContext, target_of
from inventory.providers import Capability
from inventory.providers.accepted import OperationId
from inventory.providers.tags import Pair, TagChange, TagRules, as_mapping, described
from inventory.types import MachineRecord, MachineState
from jobs.api import Done, OperationFailed, Outcome, Step, operation

# A job that waits for its tags does not keep the machine from being stopped.
TAGS_LOCK = "tags"
MOST_REQUESTS = 3  # a cloud that accepts so many, and shows no effect, will not show one
NO_EFFECT = "The cloud accepted the change and does not show it yet."


@operation("virtual_machine.tag", label="Change a virtual machine's tags", lock=TAGS_LOCK)
def tag_virtual_machine(step: Step) -> Outcome:
    with target_of(step) as machine:
        record: MachineRecord | None = machine.read()
        if record is None:
            return look_again(step, machine)
        rules = machine.cloud.kind.tags
        change = _change(step, rules, record)
        if rules.is_done(record.tags, change):
            return Done(_success(step, rules, record), result={"tags": as_mapping(record.tags)})
        _fail_if_terminated(step, record)
        _fail_if_kept_otherwise(step, rules, record, change)
        _fail_after_last_request(step, rules, record, change)
        return ask_cloud(
            step,
            "tag",
            lambda: _request(step, machine, record, change),
            report="Asked the cloud to change the tags.",
            pending=NO_EFFECT,
            target=machine,
            before=lambda: machine.refuse_if_blocked(Capability.TAG),
        )


def _fail_if_terminated(step: Step, record: MachineRecord) -> None:
    """Another job, or somebody else, may terminate the machine while this one waits."""
    if record.state is not MachineState.TERMINATED:
        return
    asked = "the cloud does not show the change" if _requests(step) else "nothing was asked for"
    message = f"The machine is terminated. The change of its tags was not seen: {asked}."
    raise OperationFailed("NOT_FOUND", message)


def _change(step: Step, rules: TagRules, record: MachineRecord) -> TagChange:
    """The change as it was planned, or a plan for the tags as they are."""
    planned: Mapping[str, Any] | None = step.memory.get("change")
    if planned is not None:
        return TagChange(planned["set"], planned["remove"])
    return rules.plan(record.tags, step.arguments["set"], step.arguments["remove"])


def _request(
    step: Step, machine: TargetContext, record: MachineRecord, change: TagChange
) -> OperationId | None:
    if "change" not in step.memory:
        step.remember(
            change={"set": dict(change.wanted), "remove": list(change.unwanted)},
            before=[list(pair) for pair in record.tags],
        )
    operation = machine.do(Capability.TAG, change.wanted, change.unwanted)
    step.remember(requests=_requests(step) + 1)
    return operation


def _requests(step: Step) -> int:
    """How many of this job's requests the cloud has accepted."""
    return int(step.memory.get("requests", 0))


def _fail_if_kept_otherwise(
    step: Step, rules: TagRules, record: MachineRecord, change: TagChange
) -> None:
    """Fail if the cloud has made other tags of the wanted ones. To ask again makes them again."""
    if not _requests(step):
        return
    before = {tuple(pair) for pair in step.memory["before"]}
    unset = rules.unset(record.tags, change)
    names = {_loosely(key) for key, _value in unset}
    new = [pair for pair in record.tags if tuple(storable_json(pair)) not in before]
    made = [pair for pair in new if _loosely(pair[0]) in names]
    if made:
        message = f"The cloud accepted {described(unset)}, and keeps {described(made)} instead."
        raise OperationFailed("PROVIDER_ERROR", message)


def _fail_after_last_request(
    step: Step, rules: TagRules, record: MachineRecord, change: TagChange
) -> None:
    asked_at = step.memory.get("tag_at")
    is_recent = asked_at is not None and time.time() - asked_at < ASK_AGAIN_SECONDS
    if is_recent or _requests(step) < MOST_REQUESTS:
        return
    raise OperationFailed(
        "PROVIDER_ERROR",
        f"The cloud accepted the change {MOST_REQUESTS} times and does not show it. "
        + _difference(rules, record, change),
    )


def _difference(rules: TagRules, record: MachineRecord, change: TagChange) -> str:
    unset, unremoved = rules.unset(record.tags, change), rules.unremoved(record.tags, change)
    sentences = []
    if unset:
        sentences.append(f"Not set: {described(unset)}.")
    if unremoved:
        sentences.append(f"Not removed: {described(unremoved)}.")
    return " ".join(sentences)


def _loosely(key: str) -> str:
    """The part of a key that clouds leave as it is: they trim it, or change its case."""
    return key.strip().casefold()


def _success(step: Step, rules: TagRules, record: MachineRecord) -> str:
    if "change" not in step.memory and was_asked_earlier(step, "tag"):
        return f"The machine has its new tags. {BY_EARLIER_JOB}"
    if "change" not in step.memory:
        return "The machine had these tags already; nothing was done."
    kept = _respelled(rules, record, _change(step, rules, record))
    spelling = f" The cloud writes {described(kept)}." if kept else ""
    return f"The machine has its new tags.{spelling}"


def _respelled(rules: TagRules, record: MachineRecord, change: TagChange) -> list[Pair]:
    """The wanted tags that the cloud keeps in another spelling, as it writes them."""
    wanted = rules.unset((), change)
    otherwise = {rules.compared(pair) for pair in wanted if pair not in record.tags}
    return [pair for pair in record.tags if rules.compared(pair) in otherwise]
