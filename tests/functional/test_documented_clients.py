"""The clients of docs/subscriptions.md run as printed: each follows a job to its end."""

import os
import queue
import re
import subprocess
import sys
import threading

import pytest

from gateway.run.options import ROOT
from tests.functional.test_npm_client import LONGEST_SECONDS, STOP, package  # noqa: F401 - a fixture

pytestmark = [pytest.mark.functional, pytest.mark.any_database]

GQL = "gql[httpx]==4.4.0"
ADDRESS = "http://127.0.0.1:8000"  # of a gateway that `make run` has started
CONNECT = """mutation ($name: String!) { connectProvider(input: { name: $name, kind: "simulator",
    credentials: [{name: "seed", value: $name}, {name: "machines", value: "24"}] }) {
    provider { id } errors { message } } }"""
RUNNING = """query ($id: ID!) {
    virtualMachines(maxAge: 0, filter: {state: [RUNNING], provider: [$id]}) { nodes { id } } }"""
SECONDS = 15  # for which a client that is not connected yet is waited for


def documented(language, word):
    """The one block of this language that has ``word``."""
    text = (ROOT / "docs" / "subscriptions.md").read_text(encoding="utf-8")
    blocks = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    [found] = [block for block in blocks if word in block]
    return found


@pytest.fixture(scope="module")
def gql(tmp_path_factory):
    """A directory in which Python finds gql."""
    directory = tmp_path_factory.mktemp("gql")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", directory, GQL]
    installed = subprocess.run(  # noqa: S603 - our own words
        command, capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS
    )
    if installed.returncode != 0:
        pytest.skip(f"pip cannot install gql here: {installed.stderr[-300:]}")
    return directory


@pytest.fixture
def machines(administrator, request):
    name = f"documented by {request.node.name}"
    connected = administrator.data(CONNECT, name=name)["connectProvider"]
    assert connected["errors"] == []
    found = administrator.data(RUNNING, id=connected["provider"]["id"])
    return [node["id"] for node in found["virtualMachines"]["nodes"]]


@pytest.fixture
def lines(administrator):
    """Starts a client; the lines that it prints, as they come."""
    processes = []

    def start(command, **options):
        environment = {"GATEWAY": f"{administrator.url}/graphql/", "TOKEN": administrator.token}
        process = subprocess.Popen(  # noqa: S603 - of our own documents
            command,
            env=os.environ | environment | options.pop("env", {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )
        processes.append(process)
        found = queue.Queue()
        threading.Thread(
            target=lambda: [found.put(line) for line in process.stdout], daemon=True
        ).start()
        return found

    yield start
    for process in processes:
        process.kill()
        process.wait(60)
        process.stdout.close()


def follows_jobs(administrator, machines, lines):
    """Stop machines until the client has printed a job's end; returns the client's output."""
    seen = []
    for machine in machines:
        administrator.data(STOP, id=machine)
        try:
            while "SUCCEEDED" not in "".join(seen):
                seen.append(lines.get(timeout=SECONDS))
        except queue.Empty:
            continue
        return "".join(seen)
    raise AssertionError("".join(seen))


@pytest.mark.parametrize("client", ["client.iterate", "@urql/core"])
def test_in_node(administrator, package, machines, lines, client):
    script = documented("js", client).replace(ADDRESS, administrator.url)
    (package / "documented.js").write_text(f"const {{ TOKEN }} = process.env;\n{script}")

    shown = follows_jobs(administrator, machines, lines(["node", "documented.js"], cwd=package))

    assert ("login: 'admin'" in shown) == (client == "@urql/core")


def test_in_python(administrator, machines, lines):
    script = documented("python", "urllib.request")

    follows_jobs(administrator, machines, lines([sys.executable, "-c", script]))


def test_with_gql(administrator, gql, machines, lines):
    script = documented("python", "from gql")
    found = lines([sys.executable, "-c", script], env={"PYTHONPATH": str(gql)})

    assert "'login': 'admin'" in follows_jobs(administrator, machines, found)
