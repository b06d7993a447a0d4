"""The npm package graphql-sse against the endpoint, in both of its modes."""

import json
import os
import shutil
import subprocess

import pytest

pytestmark = [pytest.mark.functional, pytest.mark.any_database]

# The versions of gateway/frontend/package.json. docs/subscriptions.md shows a client of urql too.
VERSIONS = ("graphql-sse@2.6.1", "graphql@16.15.0", "@urql/core@6.0.3")
LONGEST_SECONDS = 300  # of a hang, on a busy machine
CONNECT = """mutation { connectProvider(input: { name: "npm", kind: "simulator", credentials: [
    {name: "seed", value: "npm"}, {name: "machines", value: "12"}] }) { errors { message } } }"""
RUNNING = "{ virtualMachines(maxAge: 0, filter: {state: [RUNNING]}) { nodes { id } } }"
STOP = """mutation ($id: ID!) { stopVirtualMachine(input: {id: $id}) {
    job { id } errors { message } } }"""
SCRIPT = """
import { createClient } from "graphql-sse";

const { URL_, TOKEN, JOB, SINGLE } = process.env;
const client = createClient({
  url: URL_,
  singleConnection: SINGLE === "true",
  retryAttempts: 0,
  headers: () => ({ Authorization: `JWT ${TOKEN}` }),
});

async function all(query, variables = {}) {
  const found = [];
  for await (const answer of client.iterate({ query, variables })) found.push(answer);
  return found;
}

const watch = "subscription ($id: ID) { jobUpdated(id: $id) { id state } }";
const [job, viewer, wrong] = await Promise.all([
  all(watch, { id: JOB }),
  all("{ viewer { login } }"),
  all("subscription { jobUpdated { nothing } }").catch((errors) => errors),
]);
console.log(JSON.stringify({ job, viewer, wrong }));
client.dispose();
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A directory in which Node finds the package."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("no Node and npm; on Debian: sudo apt-get install npm")
    directory = tmp_path_factory.mktemp("npm")
    (directory / "package.json").write_text('{"private": true, "type": "module"}')
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *VERSIONS]
    installed = subprocess.run(  # noqa: S603 - our own words
        command, cwd=directory, capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS
    )
    if installed.returncode != 0:
        pytest.skip(f"npm cannot install graphql-sse here: {installed.stderr[-300:]}")
    (directory / "client.js").write_text(SCRIPT)
    return directory


@pytest.fixture(scope="module")
def machines(administrator):
    assert administrator.data(CONNECT)["connectProvider"]["errors"] == []
    return [node["id"] for node in administrator.data(RUNNING)["virtualMachines"]["nodes"]]


@pytest.mark.parametrize("single", ["false", "true"])
def test_the_client_follows_a_job_to_its_end(administrator, package, machines, single):
    machine = machines[single == "true"]
    job = administrator.data(STOP, id=machine)["stopVirtualMachine"]["job"]["id"]
    environment = {
        "URL_": f"{administrator.url}/graphql/stream",
        "TOKEN": administrator.token,
        "JOB": job,
        "SINGLE": single,
    }

    ended = subprocess.run(
        ["node", "client.js"],  # noqa: S607 - as it is on PATH
        cwd=package,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_SECONDS,
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    found = json.loads(ended.stdout)
    assert {one["data"]["jobUpdated"]["id"] for one in found["job"]} == {job}
    assert found["job"][-1]["data"]["jobUpdated"]["state"] == "SUCCEEDED"
    assert [one["data"] for one in found["viewer"]] == [{"viewer": {"login": "admin"}}]
    [wrong] = found["wrong"]
    assert "nothing" in json.dumps(wrong)
