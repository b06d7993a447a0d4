"""Tables, CSV and JSON of the command line."""

import json
from types import SimpleNamespace

import pytest
from pydantic import BaseModel

from gateway_client import pages  # noqa: F401 - defines models
from gateway_client.cli.output import Format, visible, write_rows

pytestmark = pytest.mark.any_database

COLUMNS = {"name": lambda one: one["name"], "tags": lambda one: one["tags"]}
ROWS = [
    {"name": "web-1", "tags": ["a=1", "b=2"]},
    {"name": "\x1b[2Jweb", "tags": []},
    {"name": "機械", "tags": ["e\u0301=x"]},
]


def test_a_table_is_aligned_and_obeys_no_name(capsys):
    write_rows(ROWS, COLUMNS, Format.table)

    assert capsys.readouterr().out.splitlines() == [
        "NAME        TAGS",
        "web-1       a=1,b=2",
        "\\x1b[2Jweb",
        "機械        e\u0301=x",
    ]


def test_csv_has_every_value_as_it_is(capsys):
    write_rows(ROWS[:2], COLUMNS, Format.csv)
    assert capsys.readouterr().out == 'name,tags\nweb-1,"a=1,b=2"\n\x1b[2Jweb,\n'


def models(base=BaseModel):
    for one in base.__subclasses__():
        if one.__module__.startswith("gateway_client"):
            yield one
        yield from models(one)


def test_json_has_the_names_of_the_api():
    names = {
        field.serialization_alias or name
        for model in models()
        for name, field in model.model_fields.items()
    }

    assert "totalCount" in names
    assert [name for name in names if "_" in name.strip("_")] == []


def test_json_has_the_whole_objects(capsys):
    write_rows(ROWS, COLUMNS, Format.json)
    assert json.loads(capsys.readouterr().out) == ROWS


@pytest.mark.parametrize("letter", ["\x00", "\x1b", "\x9b", "\r", "\t", "\u202e", "\u2066", "\n"])
def test_a_control_character_is_escaped(letter):
    assert letter not in visible(f"a{letter}b")
    assert visible(f"a{letter}b").startswith("a\\")


def test_nothing_and_truth_are_words(capsys):
    columns = {"a": lambda one: one.a, "b": lambda one: one.b}
    write_rows([SimpleNamespace(a=None, b=True)], columns, Format.csv)
    assert capsys.readouterr().out == "a,b\n,yes\n"
