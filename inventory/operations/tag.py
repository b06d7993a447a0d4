"""Tag: set some tags and remove others, then see that it is so. Doing it twice is doing it once."""

from inventory.operations.target import target_of
from inventory.types import MachineRecord
from jobs.registry import Done, Outcome, Step, Wait, operation

FIRST_LOOK_SECONDS = 0.5


@operation("virtual_machine.tag", label="Change a virtual machine's tags")
def tag_virtual_machine(step: Step) -> Outcome:
    with target_of(step) as machine:
        record = machine.read_existing()
        wanted, unwanted = dict(step.arguments["set"]), set(step.arguments["remove"])
        if _has(record, wanted, unwanted):
            return Done(_success(step), result={"tags": dict(record.tags)})
        step.remember(asked=True)
        machine.cloud.tag_machine(machine.external_id, wanted, sorted(unwanted))
        return Wait(FIRST_LOOK_SECONDS)


def _has(record: MachineRecord, wanted: dict[str, str], unwanted: set[str]) -> bool:
    tags = dict(record.tags)
    return wanted.items() <= tags.items() and not unwanted & tags.keys()


def _success(step: Step) -> str:
    if step.memory.get("asked"):
        return "The machine has its new tags."
    return "The machine had these tags already; nothing was done."
