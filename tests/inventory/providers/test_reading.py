"""Fields of an unexpected form."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from libcloud.common.types import MalformedResponseError

from inventory.providers.reading import (
    UNEXPECTED_FORM,
    Reading,
    damaged,
    distinct,
    names_of_regions,
    object_id,
    read_or_damaged,
    records_of,
)
from inventory.records.image import ImageRecord
from inventory.types import ContainerRecord, ContainerState, MachineRecord, MachineState


def problem_of(value, read):
    found = Reading(value)
    return read(found), found.problem


@pytest.mark.parametrize(
    ("value", "expected", "problem"),
    [
        ({"a": {"b": "x"}}, "x", None),
        ({"a": {"b": None}}, None, None),
        ({"a": {}}, None, None),
        ({"a": None}, None, None),
        ({}, None, None),
        ({"a": {"b": ""}}, None, None),
        ({"a": {"b": 1}}, None, "a.b is a number of another range or form instead of a text"),
        ({"a": {"b": ["x"]}}, None, "a.b is a list instead of a text"),
        ({"a": "x"}, None, "a is a text of another form instead of an object"),
        ("x", None, "the object is a text of another form instead of an object"),
    ],
)
def test_a_text(value, expected, problem):
    whole = None if problem is None else f"{UNEXPECTED_FORM}: {problem}."
    assert problem_of(value, lambda found: found.text("a", "b")) == (expected, whole)


@pytest.mark.parametrize("value", [{}, {"a": None}, {"a": ""}])
def test_a_required_text(value):
    read, problem = problem_of(value, lambda found: found.text("a", required=True))

    assert read is None
    assert problem == f"{UNEXPECTED_FORM}: a is missing."


@pytest.mark.parametrize(
    ("value", "expected"), [("17", "17"), (17, "17"), (True, None), (1.5, None), ({}, None)]
)
def test_an_identifier(value, expected):
    read, problem = problem_of({"id": value}, object_id)

    assert read == expected
    assert (problem is None) is (expected is not None)


@pytest.mark.parametrize(
    ("method", "good", "expected", "bad"),
    [
        ("number", 17, 17, ["17", True, -1, []]),
        ("price", 0.5, Decimal("0.5"), ["x", True, [], -1]),
        ("flag", True, True, ["yes", 1, []]),
        (
            "moment",
            "2025-06-01T08:30:15Z",
            datetime(2025, 6, 1, 8, 30, 15, tzinfo=UTC),
            ["yesterday", 17, []],
        ),
    ],
)
def test_other_types(method, good, expected, bad):
    assert problem_of({"a": good}, lambda found: getattr(found, method)("a")) == (expected, None)
    assert problem_of({}, lambda found: getattr(found, method)("a")) == (None, None)
    for value in bad:
        read, problem = problem_of({"a": value}, lambda found: getattr(found, method)("a"))
        assert read is None, value
        assert problem.startswith(f"{UNEXPECTED_FORM}: a is "), value


def test_lists():
    found = Reading({"a": [{"b": 1}, "x", None, {"b": 2}], "c": ["x", 1, "y"], "d": {"e": "f"}})

    assert [one.number("b") for one in found.parts("a")] == [1, 2]
    assert found.texts("c") == ["x", "y"]
    assert found.pairs("d") == (("e", "f"),)
    assert found.parts("missing") == found.texts("missing") == []
    assert "a[1] is a text of another form" in found.problem
    assert "a[2] is missing" in found.problem
    assert "c[1] is a number" in found.problem


def test_a_part_shares_the_problems_of_its_object():
    found = Reading({"a": {"b": 1}})
    found.part("a").text("b")

    assert found.problem == (
        f"{UNEXPECTED_FORM}: a.b is a number of another range or form instead of a text."
    )


def test_another_reason_is_a_sentence_of_its_own():
    found = Reading({"a": 1})
    found.add("The names of images could not be read: no.")
    assert found.problem == "The names of images could not be read: no."

    found.text("a")
    found.add("The names of images could not be read: no.")
    assert found.problem == (
        f"{UNEXPECTED_FORM}: a is a number of another range or form instead of a text. "
        "The names of images could not be read: no."
    )


def test_many_problems_are_counted():
    found = Reading({str(number): number for number in range(9)})
    for number in range(9):
        found.text(str(number))

    assert found.problem.count(" instead of ") == 5
    assert found.problem.endswith("; and 4 more.")


def test_one_odd_object_leaves_the_others():
    def read(found):
        if found.text("name") == "odd":
            raise KeyError("zone")
        return ImageRecord(object_id(found) or "", found.text("name") or "")

    items = [{"id": 1, "name": "one"}, {"id": 2, "name": "odd"}, "x", {"id": 3, "name": "three"}]
    one, odd, text, three = records_of(ImageRecord, items, read)

    assert (one, three) == (ImageRecord("1", "one"), ImageRecord("3", "three"))
    assert (odd.external_id, odd.name) == ("2", "2")
    assert odd.problem == f"{UNEXPECTED_FORM}: the field \u201czone\u201d is missing."
    assert text.external_id == ""


@pytest.mark.parametrize(
    "error",
    [
        TypeError("'NoneType' object is not subscriptable"),
        AttributeError("'list' object has no attribute 'get'"),
        ValueError("invalid literal"),
        IndexError("list index out of range"),
        RecursionError("maximum recursion depth exceeded"),
        OverflowError("too large"),
    ],
)
def test_no_problem_has_the_words_of_an_exception(error):
    def read(_found):
        raise error

    record = read_or_damaged(MachineRecord, Reading({"id": "m"}), read, object_id)

    assert record.problem == f"{UNEXPECTED_FORM}."
    assert record.state is MachineState.UNKNOWN


def test_another_error_is_not_hidden():
    def read(_found):
        raise TimeoutError("late")

    with pytest.raises(TimeoutError):
        read_or_damaged(MachineRecord, Reading({}), read, object_id)


def test_a_damaged_container_is_of_unknown_state():
    record = damaged(ContainerRecord, "c", "Odd.")

    assert (record.external_id, record.name, record.problem) == ("c", "c", "Odd.")
    assert record.state is ContainerState.UNKNOWN


def test_objects_without_ids_are_all_kept():
    records = [
        ImageRecord("", "x"),
        ImageRecord("a", "y"),
        ImageRecord("", "z"),
        ImageRecord("a", "w"),
    ]

    assert [one.name for one in distinct(records)] == ["x", "w", "z"]


def test_a_region_without_a_name_fails_the_list_of_regions():
    regions = [Reading({"id": "one"}), Reading({"id": None})]

    with pytest.raises(MalformedResponseError):
        names_of_regions(regions, object_id)
