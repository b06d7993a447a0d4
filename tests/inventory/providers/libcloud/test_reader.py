"""Records read by a table of the places of their fields."""

import pytest

from inventory.providers.libcloud.reader import Reader
from inventory.providers.table import DeclarationError
from inventory.types import MachineRecord, MachineState, SizeRecord

MACHINE = Reader(
    MachineRecord,
    "name=label! raw_state=status! memory=specs.memory tags created_at",
    states={"on": MachineState.RUNNING},
)
SIZE = Reader(SizeRecord, "external_id=slug memory!", lambda found: {"disk": found.number("gib")})


def test_an_object_is_read_by_its_table():
    found = MACHINE.read(
        {
            "id": 7,
            "label": "web",
            "status": "on",
            "specs": {"memory": 512},
            "tags": ["env:prod", "web"],
            "created_at": "2026-01-02T03:04:05Z",
        }
    )

    assert (found.external_id, found.name, found.state) == ("7", "web", MachineState.RUNNING)
    assert (found.memory, found.tags) == (512, (("env", "prod"), ("web", "")))
    assert found.created_at.isoformat() == "2026-01-02T03:04:05+00:00"
    assert found.problem is None


def test_further_fields_come_from_a_function():
    assert SIZE.read({"slug": "s-1", "memory": 1024, "gib": 25}) == SizeRecord(
        "s-1", "s-1", memory=1024, disk=25
    )


def test_the_first_of_several_places_that_has_a_value_is_read():
    image = Reader(SizeRecord, "external_id=slug|id name=label|slug|id")

    assert image.read({"id": 7, "slug": "s", "label": "S"}) == SizeRecord("s", "S")
    assert image.read({"id": "7", "slug": None}) == SizeRecord("7", "7")
    assert "id is missing" in image.read({"slug": None}).problem


def test_what_cannot_be_read_is_a_problem_and_the_rest_is_known():
    found = MACHINE.read({"id": 7, "label": "web", "specs": {"memory": "much"}, "tags": [5]})

    assert (found.name, found.memory, found.state) == ("web", None, MachineState.UNKNOWN)
    for name in ("status is missing", "specs.memory", "tags[0]"):
        assert name in found.problem
    assert "created_at" not in found.problem  # it is not required


@pytest.mark.parametrize("odd", [None, 5, "text", [], [{"id": 7}]])
def test_what_is_no_object_is_a_record_with_a_problem(odd):
    found = MACHINE.read(odd)

    assert (found.external_id, found.state) == ("", MachineState.UNKNOWN)
    assert found.problem


def test_a_failure_of_the_function_leaves_the_id_and_the_reason():
    def fail(_found):
        return {}["price"]

    found = Reader(SizeRecord, "memory", fail).read({"id": "s-1", "memory": 5})

    assert (found.external_id, found.memory) == ("s-1", None)
    assert "“price” is missing" in found.problem


def test_a_field_that_the_record_lacks_is_found_at_once():
    with pytest.raises(DeclarationError, match="SizeRecord has no field colour, region"):
        Reader(SizeRecord, "memory colour region=place!")
