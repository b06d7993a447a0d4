"""manage.py export."""

import csv
import io
import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command

from gateway.management.commands import export as command
from inventory.models import VirtualMachine
from tests.inventory.factories import make_simulator
from tests.jobs.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments, **options):
    errors = io.StringIO()
    call_command("export", *arguments, stderr=errors, **options)
    return errors.getvalue()


def test_a_list_into_a_file(ann, cloud, tmp_path):
    path = tmp_path / "machines.csv"
    only = '{"state": ["RUNNING"]}'

    said = run("virtualMachines", "--user", "ann", "--filter", only, "--output", str(path))

    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))
    assert {row["state"] for row in rows} == {"RUNNING"}
    assert len(rows) == VirtualMachine.objects.filter(state="RUNNING").count() > 0
    assert f"{len(rows)} rows." in said
    assert [one.name for one in tmp_path.glob("*machines*")] == ["machines.csv"]


def test_the_ending_names_the_format(ann, cloud, tmp_path):
    path = tmp_path / "groups.jsonl"

    run("volumesAggregate", "--user=ann", '--group-by=[{"field":"STATE"}]', "--output", str(path))

    *rows, trailer = map(json.loads, path.read_text().splitlines())
    assert rows[0].keys() >= {"state", "count"}
    assert trailer["export"]["complete"] is True


def test_an_incomplete_one_is_written_and_ends_with_3(ann, cloud, tmp_path, capsysbinary):
    make_simulator(ann, name="broken", error_rate=1)
    path = tmp_path / "machines.csv"
    with pytest.raises(SystemExit) as ended:
        run("virtualMachines", "--user=ann", "--fields=name", "--output", str(path))
    assert ended.value.code == 3
    assert len(path.read_text().splitlines()) == 13

    with pytest.raises(SystemExit):
        run("virtualMachines", "--user=ann", "--fields=name")
    assert capsysbinary.readouterr().out == path.read_bytes()


def test_what_fails_leaves_no_file_and_the_old_one(ann, cloud, tmp_path, monkeypatch):
    path = tmp_path / "machines.csv"
    path.write_text("old")
    for arguments in (
        ["machines"],
        ["virtualMachines", "--filter", "{"],
        ["virtualMachines", "--filter", '{"x": 1}'],
        ["virtualMachines", "--fields", "nmae"],
    ):
        with pytest.raises(CommandError, match=r"NOT_FOUND|INVALID|VALIDATION_FAILED"):
            run(*arguments, "--user=ann", "--output", str(path))
    monkeypatch.setattr(command.Export, "end", lambda _export: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run("virtualMachines", "--user=ann", "--output", str(path))
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.glob("*machines*")] == ["machines.csv"]


def test_a_pipe_is_written_to_and_not_replaced(ann, cloud, tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(path.read_bytes)
        run("virtualMachines", "--user=ann", "--fields=name", "--output", str(path))
        assert len(read.result().splitlines()) == 13
    assert path.is_fifo()


def test_where_nothing_can_be_written_the_error_says_so(ann, cloud, tmp_path):
    for path in (tmp_path, tmp_path / "none" / "machines.csv"):
        with pytest.raises(CommandError, match=f"{path} cannot be written: "):
            run("virtualMachines", "--user=ann", "--output", str(path))


def test_rights_are_those_of_the_user(ann, cloud, tmp_path):
    bob, path = make_user("bob"), tmp_path / "machines.csv"
    run("virtualMachines", "--user=bob", "--output", str(path))
    assert len(path.read_text().splitlines()) == 1

    with pytest.raises(CommandError, match="no active user 'carl'"):
        run("virtualMachines", "--user=carl")
    with pytest.raises(CommandError, match="--user NAME"):
        run("virtualMachines")
    bob.is_superuser = True
    bob.save()
    run("virtualMachines", "--output", str(path))
    assert len(path.read_text().splitlines()) == 13
