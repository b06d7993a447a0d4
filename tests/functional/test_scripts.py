"""The scripts of docs/scripts.md, docs/classroom.md and docs/frontend.md run as printed."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from gateway.run.options import ROOT
from tests.functional.gateway import PASSWORD

pytestmark = [pytest.mark.functional, pytest.mark.any_database]

TOKEN = """mutation ($name: String!) { createApiToken(input: {name: $name, scope: OPERATE}) {
    secret errors { message } } }"""
CONNECT = """mutation ($name: String!) { connectProvider(input: {
    name: $name, kind: "simulator", credentials: [{name: "machines", value: "1"}]}) {
    provider { id } errors { message } } }"""
OF_PROVIDER = """query ($id: ID!) {
    virtualMachines(filter: {provider: [$id]}) { nodes { name state tags { key value } } }
    jobs(filter: {provider: [$id]}) { totalCount } }"""
LONGEST_SECONDS = 300  # of a hang, on a busy machine


TEAM = 'mutation { createTeam(input: {name: "Course"}) { team { id } errors { message } } }'
MEMBERS = "{ teams { name members { nodes { login } } } }"


def script_in(language, page="scripts.md"):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)[-1]


def run(command, environment):
    return subprocess.run(  # noqa: S603 - of our own documents
        command,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )


@pytest.mark.parametrize("language", ["python", "sh"])
def test_a_script_provisions_tags_stops_and_terminates_and_is_run_again(administrator, language):
    token = administrator.data(TOKEN, name=language)["createApiToken"]
    connected = administrator.data(CONNECT, name=f"scripts-{language}")["connectProvider"]
    assert token["errors"] + connected["errors"] == []
    provider = connected["provider"]["id"]
    environment = {
        "GATEWAY": f"{administrator.url}/graphql/",
        "TOKEN": token["secret"],
        "PROVIDER": provider,
        "SIZE": "sim.nano",
        "IMAGE": "img-debian-12",
        "RUN": f"run-{language}",
    }
    command = [sys.executable if language == "python" else "/bin/sh", "-c", script_in(language)]

    first = run(command, environment)
    jobs = administrator.data(OF_PROVIDER, id=provider)["jobs"]["totalCount"]
    again = run(command, environment)

    for ended in (first, again):
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout.splitlines()[-1] == "done: 3 machines"
    found = administrator.data(OF_PROVIDER, id=provider)
    named = f"run-{language}-web-"  # the simulators of both languages are one account
    bought = [one for one in found["virtualMachines"]["nodes"] if one["name"].startswith(named)]
    assert [one["state"] for one in bought] == ["TERMINATED"] * 3
    assert all({"key": "purpose", "value": "demo"} in one["tags"] for one in bought)
    assert found["jobs"]["totalCount"] == jobs


def test_the_script_in_python_is_typed(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(script_in("python"), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, str(path)]

    checked = run(command, {"MYPY_CACHE_DIR": str(tmp_path / "cache")})

    assert checked.returncode == 0, checked.stdout


def test_the_script_for_students_makes_users_who_can_log_in(administrator, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "students.csv").write_text("bob,Bob Byte\neve,Eve Event\n", encoding="utf-8")
    team = administrator.data(TEAM)["createTeam"]["team"]["id"]
    environment = {"GATEWAY": f"{administrator.url}/graphql/", "TEAM": team}
    environment["TOKEN"] = administrator.token
    command = [sys.executable, "-c", script_in("python", "classroom.md")]

    first, again = run(command, environment), run(command, environment)

    assert (first.returncode, first.stderr) == (0, "")
    for line in first.stdout.splitlines():
        login, password = line.split(",")
        assert administrator.log_in(login, password).token
    [course] = [one for one in administrator.data(MEMBERS)["teams"] if one["name"] == "Course"]
    assert {"bob", "eve"} <= {one["login"] for one in course["members"]["nodes"]}
    assert "bob" in again.stderr


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node here")
def test_the_first_request_of_a_frontend(administrator):
    source = script_in("js", "frontend.md")
    environment = {"GATEWAY": f"{administrator.url}/graphql/", "ADMIN_PASSWORD": PASSWORD}

    done = run(["node", "--input-type=module", "--eval", source], environment)

    assert (done.returncode, done.stderr) == (0, "")
    answered = json.loads(done.stdout)["virtualMachines"]
    assert len(answered["nodes"]) == 5
    # Other tests share the gateway, and clouds of theirs fail.
    assert answered["totalCount"] > len(answered["nodes"])
    assert answered["complete"] in {True, False}
