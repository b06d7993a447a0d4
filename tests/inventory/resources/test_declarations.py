"""A mistake in a declaration is reported with its file, its line and its part."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import models

from inventory.models import ContainerLabel, MachineTag
from inventory.records import RECORDS
from inventory.records.snapshot import SnapshotRecord
from inventory.records.volume import VolumeRecord
from inventory.resources import all_resources, facts, filters, resource_named, resource_of_type
from inventory.resources.base import ROOT, Entry, Fact, Filter, How, Link, Order
from inventory.resources.checks import (
    DeclarationError,
    check_resources,
    problems_of,
    require_sound,
)
from inventory.resources.container import CONTAINERS
from inventory.resources.observed import integer, observed_resource
from inventory.resources.size import SIZES
from inventory.resources.volume import VOLUMES, Volume
from inventory.schema.table.types import object_type


def with_fact(**facts):
    return replace(CONTAINERS, facts={**CONTAINERS.facts, **facts})


def with_filter(**filters):
    return replace(CONTAINERS, filters={**CONTAINERS.filters, **filters})


def with_link(type_name, link):
    found = replace(link, column="image_id")
    return with_fact(disk=Fact("Its disk.", type=type_name, link=found))


MISTAKES = {
    "fact 'colour' of Container: it is no column": lambda: with_fact(colour=Fact("Its colour.")),
    "fact 'colour' of Container: it is no attribute": lambda: with_fact(
        colour=Fact("Its colour.", type="String")
    ),
    "fact 'image' of Container: there is no column 'imag'.": lambda: with_fact(
        image=Fact("Its image.", reads=("imag",))
    ),
    "fact 'image' of Container: it has no description.": lambda: with_fact(image=Fact("")),
    "fact 'zone' of Container: there is no column 'zone_id'.": lambda: with_fact(
        zone=Fact("Its zone.", type="Location", entry=Entry({}))
    ),
    "filter 'colour' of Container: there is no column 'colour'.": lambda: with_filter(
        colour=Filter(How.ANY, "Colours.")
    ),
    "filter 'command' of Container: there is no column 'command_folded'.": lambda: with_filter(
        command=Filter(How.CONTAINS, "A part of it.")
    ),
    "filter 'labels' of Container: `terms` is no model": lambda: with_filter(
        labels=Filter(How.PAIRS, "Labels.", terms=MachineTag)
    ),
    "filter 'image' of Container: the column 'image' has no list": lambda: with_filter(
        image=Filter(How.PAIRS, "Labels.", terms=ContainerLabel)
    ),
    "filter 'image' of Container: `of` names the type": lambda: with_filter(
        image=Filter(How.ENTRIES, "Images.")
    ),
    "order 'age' of Container: there is no column 'age'.": lambda: replace(
        CONTAINERS, orders={"age": Order("By age.")}
    ),
    "`orders` of Container: a list needs one": lambda: replace(CONTAINERS, orders={}),
    "fact 'machine' of Container: there is no column 'machine_id'.": lambda: with_fact(
        machine=Fact("Its machine.", type="VirtualMachine", link=Link())
    ),
    "`nested_description` of Size: it is empty": lambda: replace(SIZES, nested_description=""),
    "`states` of Container: its model has a column": lambda: replace(CONTAINERS, states=None),
    "filter 'image' of Container: it has no description.": lambda: with_filter(
        image=Filter(How.CONTAINS, "")
    ),
    "filter 'image' of Container: `of` is 'Boat'. Types": lambda: with_filter(
        image=Filter(How.ENTRIES, "Images.", of="Boat")
    ),
    "order 'name' of Container: it has no description.": lambda: replace(
        CONTAINERS, orders={"name": Order("")}
    ),
    "fact 'changes' of Container: every type has a field": lambda: with_fact(
        changes=Fact("How many.", type="Int", read=len, reads=())
    ),
    "fact 'disk' of Container: `type` is 'Boat'. Types": lambda: with_link("Boat", Link()),
    "fact 'disk' of Container: `back` is 'containers', and has no": lambda: with_link(
        "Volume", Link(back="containers")
    ),
    "fact 'disk' of Container: `back` is 'size', and Volume has": lambda: with_link(
        "Volume", Link(back="size", description="Its containers.")
    ),
    "fact 'disk' of Container: `back` is 'snapshots', which": lambda: with_link(
        "Volume", Link(back="snapshots", description="Its containers.")
    ),
    "fact 'command' of Container: SnapshotRecord has no field": lambda: replace(
        CONTAINERS, record=SnapshotRecord
    ),
    "of Container: ContainerState lacks the state SUNK": lambda: replace(
        CONTAINERS, observation=replace(CONTAINERS.observation, removed="SUNK")
    ),
    "of Container: the plural 'volumes' is taken": lambda: replace(CONTAINERS, plural="volumes"),
}


@pytest.mark.parametrize(
    ("problem", "declare"), MISTAKES.items(), ids=[one[:40] for one in MISTAKES]
)
def test_a_mistake_is_reported_where_it_is(problem, declare):
    found = [one for one in problems_of(declare()) if problem in one]

    assert len(found) == 1
    path, line, _rest = found[0].split(":", 2)
    text = (ROOT / path).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert any(part in text for part in ("Fact(", "Filter(", "Order(", "Resource("))


def test_nothing_is_derived_from_a_wrong_declaration():
    wrong = with_fact(colour=Fact("Its colour."))

    with pytest.raises(DeclarationError, match=r"test_declarations\.py:\d+: fact 'colour'"):
        require_sound(wrong)
    with pytest.raises(DeclarationError, match="colour"):
        object_type(wrong)


def test_a_type_that_there_is_not():
    wrong = with_fact(colour=Fact("Its colour.", type="Colour", read=str, reads=()))

    with pytest.raises(DeclarationError, match=r"py:\d+: fact 'colour'.*no type 'Colour'"):
        object_type(wrong)


def test_the_declarations_here_are_sound():
    assert check_resources() == []


def test_a_record_without_a_declaration_is_reported(monkeypatch):
    monkeypatch.setitem(RECORDS, "boats", VolumeRecord)

    [problem] = check_resources()
    assert problem.msg.startswith("inventory.records.volume: VolumeRecord is listed as 'boats'")


def test_each_part_knows_where_it_is_written():
    for resource in all_resources():
        assert Path(resource.where.file).parent.name == "resources"
        for name, one in {**resource.facts, **resource.filters, **resource.orders}.items():
            lines = (ROOT / one.where.file).read_text(encoding="utf-8").splitlines()
            text = lines[one.where.line - 1]
            shared = one.where.file.endswith("facts.py")
            usual = re.search(
                r"of_(sources|rows)\(|priced\.\w+\(|\.observed\(|\.orders\(|observed_resource\(",
                text,
            )
            columns = rf"(key_)?{name}(_id)?|{name.removesuffix('s')}_ids"
            in_model = re.match(rf"    ({columns}) = \w+\(", text)
            assert shared or usual or in_model or f'"{name}"' in text, (name, one.where)


def test_the_usual_parts_are_sound_for_every_resource_that_outlives_its_listings():
    """They are what a new one begins with."""
    for resource in all_resources():
        if resource.outlives_listings:
            usual = replace(
                resource,
                facts=facts.observed({}),
                filters=filters.observed({}, search="a name"),
                orders=filters.orders(),
            )
            assert list(problems_of(usual)) == []
            assert {one.where.file for one in usual.facts.values()} >= {
                "tests/inventory/resources/test_declarations.py"
            }
    labels = Filter(How.PAIRS, "Labels.")
    assert list(problems_of(with_filter(labels=labels))) == []
    assert list(problems_of(with_fact(labels=Fact("Its labels.", type="Tag")))) == []


def test_a_resource_is_its_columns_and_the_usual_parts():
    costs = {name: VOLUMES.facts[name] for name in ("price", "monthly_cost")}
    usual = observed_resource(Volume, VolumeRecord, plural="volumes", costs=costs)

    assert list(problems_of(usual)) == []
    assert (usual.nouns, usual.states) == (VOLUMES.nouns, VOLUMES.states)
    assert list(usual.facts) == list(VOLUMES.facts)
    assert set(usual.filters) == set(VOLUMES.filters) - {"type", "machine", "snapshot"}
    assert usual.filters["search"].description.endswith(" in a name, an id or a tag as key=value.")


def test_migrations_have_nothing_of_what_is_shown():
    column = models.PositiveIntegerField(null=True)

    assert integer("Its size.", measure=True).deconstruct()[1:] == column.deconstruct()[1:]


def test_resources_by_their_names():
    assert resource_named("containers") is resource_of_type("Container") is CONTAINERS
    assert len({one.plural for one in all_resources()}) == len(all_resources())
    with pytest.raises(CommandError, match="Resources: sizes, "):
        call_command("explain_resource", "boats")
