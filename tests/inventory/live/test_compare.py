"""The differences between a listing and the stored rows, and the time when a machine is gone."""

from dataclasses import field, make_dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from inventory.live.compare import GONE_AFTER, StoredRow, compare
from inventory.live.resources import fingerprint, is_of_earlier_release
from inventory.types import MachineRecord, MachineState

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def record(external_id="vm-1", state=MachineState.RUNNING):
    return MachineRecord(external_id=external_id, name="web", state=state, raw_state="running")


def row(of, **changes):
    values = {
        "pk": 1,
        "external_id": of.external_id,
        "fingerprint": fingerprint(of),
        "state": of.state,
        "read_started_at": NOON,
    }
    return StoredRow(**(values | changes))


def test_an_unchanged_listing_changes_nothing():
    seen = record()

    difference = compare([seen], {"vm-1": row(seen)}, started_at=NOON + timedelta(seconds=5))

    assert not difference


def test_new_and_changed_machines_are_written():
    stored = record("vm-1")
    changed, new = replace(stored, state=MachineState.STOPPED), record("vm-2")

    difference = compare([changed, new], {"vm-1": row(stored)}, started_at=NOON)

    assert difference.changed == [changed, new]
    assert difference.unlisted == difference.unlisted_since == difference.missing == []


def test_a_machine_listed_twice_is_written_once():
    difference = compare([record(), record()], {}, started_at=NOON)

    assert difference.changed == [record()]


def test_a_row_that_a_later_read_wrote_is_left_alone():
    stopped = record(state=MachineState.STOPPED)
    later = row(stopped, read_started_at=NOON + timedelta(seconds=1))

    assert not compare([record()], {"vm-1": later}, started_at=NOON)
    assert not compare([], {"vm-1": later}, started_at=NOON)


def test_the_first_listing_that_lacks_a_machine_only_marks_it():
    difference = compare([], {"vm-1": row(record())}, started_at=NOON)

    assert difference.unlisted_since == [1]
    assert difference.missing == []


@pytest.mark.parametrize(
    ("waited", "missing"), [(GONE_AFTER - timedelta(seconds=1), []), (GONE_AFTER, [1])]
)
def test_a_machine_is_missing_when_two_listings_a_minute_apart_lack_it(waited, missing):
    stored = row(record(), listed=False, unlisted_since=NOON)

    difference = compare([], {"vm-1": stored}, started_at=NOON + waited)

    assert difference.missing == missing
    assert difference.unlisted_since == difference.unlisted == []


def test_a_listing_right_after_we_created_a_machine_does_not_count():
    created = row(record(), provisioned_at=NOON)

    early = compare([], {"vm-1": created}, started_at=NOON + timedelta(seconds=59))
    late = compare(
        [], {"vm-1": replace(created, listed=False)}, started_at=NOON + timedelta(seconds=60)
    )

    assert early.unlisted == [1]
    assert early.unlisted_since == []
    assert late.unlisted_since == [1]
    assert late.missing == []


def test_a_missing_machine_stays_missing_and_comes_back_when_it_is_listed():
    gone = row(record(), state=MachineState.MISSING, listed=False, unlisted_since=NOON)
    later = NOON + timedelta(hours=1)

    assert not compare([], {"vm-1": gone}, started_at=later)
    assert compare([record()], {"vm-1": gone}, started_at=later).changed == [record()]


def test_a_record_with_another_field_is_of_another_release():
    problem = field(default=None, repr=False)
    names = ("external_id", "size", "price")
    old, new = (
        fingerprint(
            make_dataclass("R", [*names[:count], ("problem", str, problem)])(*names[:count])
        )
        for count in (2, 3)
    )
    same = fingerprint(record())

    assert is_of_earlier_release(old, new)
    assert not is_of_earlier_release(same, fingerprint(record("other")))
    assert not is_of_earlier_release("", same)
    assert not is_of_earlier_release(same, "")
    assert max(map(len, (old, new, same))) <= 32
