"""Block storage of a simulated cloud: of every other machine a volume, and some that are spare."""

from typing import Any

from inventory.providers.simulator import world
from inventory.providers.table import reads
from inventory.records.volume import VolumeRecord, VolumeState
from inventory.types import MachineState

GIB = (20, 50, 100, 500)
EVERY = 6  # the distance of machines beside which a volume is spare


@reads("volumes")
def list_volumes(driver: Any) -> list[VolumeRecord]:
    driver.call_list()
    machines, place = driver.machines(), driver.place
    found = []
    for number, machine in enumerate(world.untouched_machines(place, driver.count).values()):
        if number % 2 and number % EVERY != 1:
            continue
        numbers, now = place.random("volume", number), machines.get(machine.external_id)
        is_attached = not number % 2 and now and now.state is not MachineState.TERMINATED
        state = VolumeState.IN_USE if is_attached else VolumeState.AVAILABLE
        record = VolumeRecord(
            external_id=place.machine_id(f"volume/{number}", prefix="vol-"),
            name=f"{machine.name}-data",
            state=state,
            raw_state=state.value.lower(),
            created_at=machine.created_at,
            size=numbers.choice(GIB),
            type=numbers.choice(("sim.hdd", "sim.ssd")),
            encrypted=bool(numbers.randrange(2)),
            machine_id=machine.external_id if is_attached else None,
            tags=machine.tags,
        )
        found.append(record)
    return found
