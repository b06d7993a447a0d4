"""The records that providers return."""

import dataclasses
from decimal import Decimal

import pytest

from inventory import types
from inventory.types import MachineRecord, MachineState, NewMachine, SizeRecord

RECORDS = [
    getattr(types, name) for name in ("MachineRecord", "SizeRecord", "LocationRecord", "NewMachine")
]


@pytest.mark.parametrize("enum", [types.MachineState, types.VMBackend, types.ContainerType])
def test_every_member_equals_its_name_and_says_what_it_means(enum):
    for member in enum:
        assert member == member.name == str(member)
        assert member.meaning.endswith(".")
    assert len({member.meaning for member in enum}) == len(enum)


def test_the_states_are_those_of_the_schema():
    words = (
        "PENDING RUNNING STOPPING STOPPED REBOOTING SUSPENDED PAUSED TERMINATED "
        "MISSING ERROR UNKNOWN"
    )

    assert " ".join(MachineState) == words


@pytest.mark.parametrize("record", RECORDS)
def test_records_cannot_be_changed_and_carry_nothing_else(record):
    fields = dataclasses.fields(record)
    made = record(**{field.name: f"a {field.name}" for field in fields})

    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, fields[0].name, "other")
    assert not hasattr(made, "__dict__")


def test_what_a_cloud_does_not_say_is_none_or_empty():
    machine = MachineRecord("vm-1", "web", MachineState.RUNNING, "running")

    assert (machine.memory, machine.vcpus, machine.disk, machine.price_per_hour) == (None,) * 4
    assert (machine.size_id, machine.image_id, machine.location_id, machine.created_at) == (
        (None,) * 4
    )
    assert (machine.public_ips, machine.private_ips, machine.tags) == ((), (), ())


def test_equal_facts_make_equal_records_with_equal_texts():
    one, other = (
        SizeRecord("small", "Small", memory=1024, vcpus=1, price_per_hour=Decimal("0.0104"))
        for _ in range(2)
    )

    assert one == other
    assert repr(one) == repr(other)


def test_an_order_needs_a_client_token():
    with pytest.raises(TypeError, match="client_token"):
        NewMachine(name="web", size_id="small", image_id="debian")
