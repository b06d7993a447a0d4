"""Volumes of EBS with Multi-Attach: attached to several machines."""

from inventory.providers.ec2.volumes import _read
from inventory.records.volume import VolumeState


def shared(*states):
    attachments = [
        {"InstanceId": f"i-{number}", "State": state, "Device": "/dev/sdf"}
        for number, state in enumerate(states, 1)
    ]
    volume = {"VolumeId": "vol-1", "State": "in-use", "MultiAttachEnabled": True}
    return _read({**volume, "Attachments": attachments})


def test_the_machines_that_are_not_shown_are_named_in_its_problem():
    record = shared("attached", "attached", "attached")

    assert (record.machine_id, record.machine_ids) == ("i-1", ("i-1", "i-2", "i-3"))
    assert record.problem.endswith("i-2, i-3.")
    assert record.multi_attach
    assert shared("attached").problem is None


def test_it_is_changing_while_any_machine_is_attached_or_detached():
    assert shared("attached", "detaching").state is VolumeState.CHANGING
    assert shared("attached", "attached").state is VolumeState.IN_USE
