"""The command `gateway` in a process of its own, against a whole gateway."""

import csv
import io
import json
import os
import re
import subprocess
import sys

import pytest

from gateway.run.options import ROOT
from tests.functional.browser import PASSWORD
from tests.functional.forked import forked_commands
from tests.functional.gateway import RemoteClient

pytestmark = [pytest.mark.functional, pytest.mark.any_database]

CLIENT = ROOT / "gateway" / "client"
SECONDS = 120
CONNECT = """mutation ($name: String!, $hang: String!) { connectProvider(input: {
    name: $name, kind: "simulator", credentials: [
        {name: "seed", value: $name}, {name: "machines", value: "12"}, {name: "hang", value: $hang}]
    }) { provider { id } errors { message } } }"""

DISCONNECT = """mutation ($id: ID!) {
    disconnectProvider(input: {id: $id}) { errors { message } } }"""


class Shell:
    """Runs the command; each test has settings of its own."""

    def __init__(self, commands, url, directory):
        self.commands = commands
        self.environment = os.environ | {
            "GATEWAY_URL": url,
            "GATEWAY_CONFIG_DIR": str(directory),
            "GATEWAY_KEYRING": "0",
            "PYTHONPATH": str(CLIENT),
        }

    def run(self, *arguments, code=0, given=None):
        """Standard output; the command must end with ``code``."""
        words = list(map(str, arguments))
        ended, printed, self.notes = self.commands.run(words, self.environment, given or "")
        assert ended == code, f"{arguments}: {printed}{self.notes}"
        return printed

    def rows(self, *arguments, **options):
        return list(csv.DictReader(io.StringIO(self.run(*arguments, "-o", "csv", **options))))


@pytest.fixture(scope="module")
def administrator(demo_gateway):
    return RemoteClient(demo_gateway.url).log_in("admin", PASSWORD)


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    environment = os.environ | {"PYTHONPATH": str(CLIENT)}
    with forked_commands(tmp_path_factory.mktemp("commands"), environment) as found:
        yield found


@pytest.fixture
def shell(administrator, commands, tmp_path):
    made = Shell(commands, administrator.url, tmp_path / "settings")
    made.run("login", "--username", "admin", given=PASSWORD + "\n")
    return made


@pytest.fixture
def provider(administrator, request):
    """Connects a simulator of twelve machines under the test's name."""

    connected = []

    def connect(name="", hang="false"):
        full = f"{request.node.name} {name}".strip()
        answer = administrator.data(CONNECT, name=full, hang=hang)["connectProvider"]
        assert answer["errors"] == []
        connected.append(answer["provider"]["id"])
        return full

    yield connect
    for one in connected:
        answer = administrator.data(DISCONNECT, id=one)["disconnectProvider"]
        assert answer["errors"] == []


def test_machines_are_stopped_and_started(shell, provider):
    name = provider()
    running = shell.rows("machines", "--provider", name, "--state", "running", "--max-age", 0)
    assert running
    first = running[0]["id"]

    dry = shell.run("stop", first, "--dry-run")
    assert running[0]["name"] in dry
    assert "dry run" in shell.notes
    [before] = [row for row in shell.rows("machines", "--provider", name) if row["id"] == first]
    assert before["state"] == "RUNNING"

    shell.run("stop", first, code=2)  # no terminal to ask at
    assert "--yes" in shell.notes
    shell.run("stop", first, "--yes")
    assert "SUCCEEDED" in shell.notes
    [after] = [row for row in shell.rows("machines", "--provider", name) if row["id"] == first]
    assert after["state"] == "STOPPED"

    shell.run("reboot", first, "--yes", code=1)  # a stopped one
    shell.run("start", first, "--yes", "--key", name)
    job = shell.notes.splitlines()[0]
    shell.run("start", first, "--yes", "--key", name)
    assert shell.notes.splitlines()[0] == job


def test_an_export_has_the_rows_of_the_list(shell, provider, tmp_path):
    name = provider()
    broken = provider("broken", hang="true")
    listed = {row["id"] for row in shell.rows("machines", "--provider", name, "--max-age", 0)}
    path = tmp_path / "machines.csv"
    only = json.dumps({"search": "", "kind": ["simulator"]})

    shell.run("export", "virtualMachines", "--filter", only, "-o", path, code=3)
    assert broken in shell.notes
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["id"] for row in rows if row["provider.name"] == name} == listed != set()

    shell.run("export", "virtualMachines", "--fields", "nmae", "-o", path, code=1)
    assert "It has: id, " in shell.notes
    assert path.stat().st_size > 0


def test_what_is_bought_twice_under_a_key_is_bought_once(shell, provider):
    name = provider()
    order = [
        "--provider",
        name,
        "--size",
        "sim.nano",
        "--image",
        "img-debian-12",
        "--tag",
        "team=cli",
    ]

    for _ in range(2):
        made = shell.run("provision", "web", *order, "--count", 2, "--yes", "--key", name)
        assert made.count("VirtualMachine") == 2

    bought = shell.rows("machines", "--provider", name, "--tag", "team=cli", "--max-age", 0)
    assert sorted(row["name"] for row in bought) == ["web-1", "web-2"]
    jobs = json.loads(shell.run("jobs", "-o", "json", "--limit", 30))
    assert sum(job["targetName"] == "web" for job in jobs if job["providerName"] == name) == 1

    shell.run("terminate", bought[0]["id"], bought[1]["id"], "--yes")
    left = shell.rows("machines", "--provider", name, "--tag", "team=cli", "--max-age", 0)
    assert [row for row in left if row["state"] != "TERMINATED"] == []


def test_a_name_must_be_one_machine_s(shell, provider):
    name = provider()
    provider("again")
    shell.run("stop", "no-such-machine", "--yes", code=1)
    assert "No machine is named no-such-machine" in shell.notes

    order = ["--size", "sim.nano", "--image", "img-debian-12", "--yes"]
    twin = "twin-of-the-command-line"
    shell.run("provision", twin, "--provider", name, *order)
    shell.run("provision", twin, "--provider", f"{name} again", *order)
    shell.run("stop", twin, "--yes", code=1)
    assert "2 machines are named" in shell.notes


def test_an_incomplete_list_has_an_exit_code_of_its_own(shell, provider):
    name = provider(hang="true")
    shell.run("machines", "--provider", name, "--max-age", 0, code=3)
    assert "Incomplete" in shell.notes
    assert name in shell.notes


def test_a_file_goes_to_a_bucket_and_back(shell, tmp_path):
    data = os.urandom(300_000)
    (tmp_path / "report.bin").write_bytes(data)
    [bucket, *_] = [
        row["name"] for row in shell.rows("buckets", "ls") if row["provider"] == "Demo AWS"
    ]

    shell.run("buckets", "cp", tmp_path / "report.bin", f"{bucket}:cli/")
    listed = shell.run("buckets", "ls", f"{bucket}:cli/")
    assert "300000" in listed
    assert "cli/report.bin" in listed

    shell.run("buckets", "cp", f"{bucket}:cli/report.bin", tmp_path / "back.bin")
    assert (tmp_path / "back.bin").read_bytes() == data
    shell.run("buckets", "cp", f"{bucket}:cli/absent", tmp_path / "absent", code=1)
    # moto takes the file name in the address of an absent object for a header: 403 in place of 404.
    assert "The store refused cli/absent: status 40" in shell.notes
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "back.bin",
        "report.bin",
        "settings",
    ]


def test_a_query_and_its_plan(shell, tmp_path):
    document = tmp_path / "machines.graphql"
    document.write_text(
        "query ($n: Int) { virtualMachines(first: $n) { complete nodes { name } } }"
    )

    answer = json.loads(shell.run("query", document, "--var", "n=2"))
    assert len(answer["data"]["virtualMachines"]["nodes"]) == 2
    assert "virtual_machines" in shell.run("explain", document, "--var", "n=2")

    document.write_text("{ nothing }")
    assert "errors" in json.loads(shell.run("query", document, code=1))
    document.write_text('subscription { jobUpdated(id: "Sm9iOjE=") { id } }')
    shell.run("query", document, "--stream", code=1)


def test_a_provider_is_connected_checked_and_disconnected(shell):
    name = "connected by a command"
    made = shell.run(
        "providers",
        "connect",
        "simulator",
        "--name",
        name,
        "--set",
        "machines=3",
        "--set",
        "seed=x",
    )
    assert name in made
    assert len(shell.rows("machines", "--provider", name)) == 3
    shell.run("providers", "check", name)
    shell.run("providers", "connect", "simulator", "--name", "x", "--set", "bogus=1", code=2)
    shell.run("providers", "disconnect", name, "--yes")
    assert name not in shell.run("providers", "list")


def test_a_session_ends(shell, administrator, tmp_path):
    assert "admin" in shell.run("whoami")
    shell.run("logout")
    shell.run("machines", code=4)
    assert "gateway login" in shell.notes
    shell.run("login", "--username", "admin", given="a wrong password\n", code=1)
    shell.run("--url", "http://127.0.0.1:1", "login", "--username", "a", given="b\n", code=5)

    secret = administrator.data(
        """mutation { createApiToken(input: {name: "cli", scope: READ}) { secret } }"""
    )["createApiToken"]["secret"]
    shell.run("login", "--with-token", given=secret + "\n")
    assert shell.rows("machines", "--limit", 1)
    shell.environment["GATEWAY_TOKEN"] = "cgw_garbled"
    shell.run("machines", code=4)


def test_it_is_a_distribution_of_its_own(tmp_path):
    uv = [sys.executable, "-m", "uv"]
    place = tmp_path / "environment"
    for command in (
        [*uv, "venv", "--quiet", "--python", sys.executable, place],
        [*uv, "pip", "install", "--quiet", "--python", place, f"{CLIENT}[cli]"],
    ):
        done = subprocess.run(  # noqa: S603 - our own words
            command, capture_output=True, text=True, check=False, timeout=SECONDS
        )
        if done.returncode != 0:
            pytest.skip(f"uv cannot install packages here: {done.stderr[-300:]}")
    python = place / "bin" / "python"

    version = subprocess.check_output([place / "bin" / "gateway", "--version"], text=True)  # noqa: S603
    imports = "import importlib.util as u; print([u.find_spec(n) for n in ('django', 'gateway')])"
    found = subprocess.check_output([python, "-I", "-c", imports], text=True, cwd=tmp_path)  # noqa: S603

    assert version.strip()
    assert found.strip() == "[None, None]"


def documented():
    text = (ROOT / "docs" / "client.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize(("number", "shown"), [(0, "SUCCEEDED 100 %"), (1, "[")])
def test_the_documented_client(administrator, number, shown):
    script = documented()[number]
    environment = {"GATEWAY_URL": administrator.url, "GATEWAY_TOKEN": administrator.token}

    printed = subprocess.run(  # noqa: S603 - of our own documents
        [sys.executable, "-c", script],
        env=os.environ | environment | {"PYTHONPATH": str(CLIENT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )

    assert printed.returncode == 0, printed.stderr
    assert shown in printed.stdout
