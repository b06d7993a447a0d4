"""`python -m gateway.run`, as a person uses it: start, paste, Ctrl-C, start again, kill."""

import json
import os
import re
import signal
import socket
import sys
import time
from datetime import UTC, datetime

import psutil
import pytest

from gateway.run.install import REDIS_NAMES
from gateway.run.options import ROOT
from gateway.run.ports import free_port
from tests.functional.gateway import FIRST_START_SECONDS, Gateway, RemoteClient
from tests.migrated import copy_sqlite
from tests.postgres import database_for_processes

# A bound of a hang, for a busy machine.
TOUR = ROOT / "docs" / "tour.md"
QUESTIONS = ROOT / "docs" / "questions.md"
QUESTION = re.compile(r"^## ([^\n]+\?)\n\n```graphql\n(.+?)```", re.DOTALL | re.MULTILINE)
RESTART_SECONDS = 300
PATIENCE_SECONDS = 300

pytestmark = [
    pytest.mark.functional,
    pytest.mark.any_database,  # test_main_job.py runs a gateway on PostgreSQL
]


# A word of the command line of each part's first process, and of no other process.
WORDS = {"worker": "worker", "beat": "beat", "aws": "gateway.run.demo.aws", "web": "gateway.web"}


def is_part(process, part):
    try:
        if part == "redis":
            return process.name() in REDIS_NAMES
        parent = process.parent()
        above = parent.cmdline() if parent else ()
        return WORDS[part] in process.cmdline() and WORDS[part] not in above
    except psutil.NoSuchProcess:
        return False


def processes_of(gateway, part):
    """The ids of the part's processes: one while it runs, none while it restarts."""
    return [one.pid for one in gateway.marked() if is_part(one, part)]


def wait_until(condition):
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < ends_at, "it did not come about"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    directory = tmp_path_factory.mktemp("data")
    with database_for_processes(directory, migrated=False) as url:
        # The gateway's default is SQLite, so only the URL of a PostgreSQL is set.
        gateway = Gateway(
            directory, **({"DATABASE_URL": url} if url.startswith("postgres") else {})
        )
        gateway.start()
        gateway.wait_until_announced(FIRST_START_SECONDS)
        yield gateway
        gateway.discard()


@pytest.fixture(scope="module")
def password(gateway):
    """The one shown at the first start."""
    return re.search(r"Password: +(\S+)   \(shown this once\)", gateway.output)[1]


def test_it_is_ready_when_it_says_so(gateway):
    gateway.wait_until_ready(seconds=10)


def test_the_banner_s_commands_work_when_pasted(gateway, password):
    token, listing, stop = gateway.commands()

    listed = json.loads(gateway.paste(token, listing))["data"]["virtualMachines"]
    stopped = json.loads(gateway.paste(token, stop))["data"]["stopVirtualMachine"]

    assert len(listed["nodes"]) == 5
    assert 36 < listed["totalCount"] < 400
    assert stopped["errors"] == []
    assert stopped["job"]["state"] in {"QUEUED", "RUNNING", "SUCCEEDED"}
    assert password in token


def test_the_readme_s_commands_work_when_pasted(gateway, password):
    commands = (ROOT / "README.md").read_text().partition("**With curl.**")[2]
    log_in, listing = re.findall(r"```sh\n(.*?)```", commands, re.DOTALL)
    text = (log_in + listing).replace("http://127.0.0.1:8000", gateway.url)

    logged_in, answer = gateway.paste(text.replace("the printed password", password)).splitlines()

    assert logged_in == "Logged in."
    assert json.loads(answer)["data"]["virtualMachines"]["complete"] is True


def test_the_tour_s_commands_work_when_pasted(gateway, password, tmp_path):
    tour = TOUR.read_text().partition("## With curl")[2]
    commands = re.findall(r"```sh\n(.*?)```", tour.partition("## From a script")[0], re.DOTALL)
    script = tmp_path / "stop.py"
    script.write_text(re.search(r"```python\n(.*?)```", tour, re.DOTALL)[1])
    here = (("http://127.0.0.1:8000", gateway.url), ("the printed password", password))
    text = "".join(commands)
    for printed, meant in here:
        text = text.replace(printed, meant)

    logged_in, *answers, stopped = gateway.paste(
        text, f"GATEWAY=$GATEWAY TOKEN=$TOKEN {sys.executable} {script}"
    ).splitlines()

    assert logged_in == "Logged in."
    assert len(answers) == text.count("curl") - 1  # the log-in keeps its answer
    assert not any("errors" in json.loads(answer) for answer in answers)
    assert stopped.endswith(" SUCCEEDED None")
    wait_until(lambda: " virtual_machine.stop SUCCEEDED: " in gateway.output)


def test_the_tour_stores_a_file(gateway, password, tmp_path, monkeypatch):
    tour = TOUR.read_text().partition("## With curl")[2]
    log_in = re.search(r"```sh\n(.*?)```", tour, re.DOTALL)[1]
    store = re.search(r"```sh\n(.*?)```", tour.partition("## Store a file")[2], re.DOTALL)[1]
    text = (log_in + store).replace("http://127.0.0.1:8000", gateway.url)
    monkeypatch.chdir(tmp_path)  # where its files are written

    logged_in, *answers = gateway.paste(text.replace("the printed password", password)).splitlines()

    assert (logged_in, answers) == ("Logged in.", ["Hello, World!"])


def test_the_tour_attaches_a_volume(gateway, password):
    tour = TOUR.read_text().partition("## With curl")[2]
    log_in = re.search(r"```sh\n(.*?)```", tour, re.DOTALL)[1]
    store = re.search(r"```sh\n(.*?)```", tour.partition("## Store a file")[2], re.DOTALL)[1]
    attach = re.search(r"```sh\n(.*?)```", tour.partition("## Attach a disk")[2], re.DOTALL)[1]
    known = store.partition("JOB=")[0]  # the functions and the provider
    text = (log_in + known + attach).replace("http://127.0.0.1:8000", gateway.url)

    logged_in, *answers = gateway.paste(text.replace("the printed password", password)).splitlines()

    assert logged_in == "Logged in."
    attached, seen, detached, deleted = (json.loads(answer)["data"] for answer in answers)
    states = [answer["job"]["state"] for answer in (attached, detached, deleted)]
    assert states == ["SUCCEEDED"] * 3, answers
    volumes = {one["name"]: one for one in seen["virtualMachine"]["volumes"]}
    assert (volumes["scratch"]["size"], volumes["scratch"]["state"]) == (10, "IN_USE")
    assert volumes["scratch"]["device"]
    assert seen["virtualMachine"]["securityGroups"][0]["rules"]


def test_each_question_is_one_query_to_the_demo(gateway, password):
    """Its accounts are two of AWS, at moto over HTTP, and one of a simulator."""
    client = RemoteClient(gateway.url).log_in("admin", password)
    listed = client.data("{ virtualMachines { complete } }")
    assert listed["virtualMachines"]["complete"] is True
    moment = datetime.now(UTC).isoformat()
    answers = {}
    for title, query in QUESTION.findall(QUESTIONS.read_text(encoding="utf-8")):
        times = dict.fromkeys(re.findall(r"\$(\w+): DateTime!", query), moment)
        [answers[title]] = client.data(query, **times).values()
        assert answers[title].get("complete", True) is True, title

    assert len(answers) == 11
    running = next(one for title, one in answers.items() if "machines run," in title)
    named = {group["keys"][0]["label"] for group in running["groups"]}
    assert named == {"Demo AWS", "Demo AWS research", "Demo simulator"}
    ran = next(one for title, one in answers.items() if "machines ran" in title)
    assert ran["totals"]["count"] > 10


def test_a_second_one_on_the_same_data_names_the_first(gateway, password):
    second = Gateway(gateway.data_dir, **gateway.environment)
    second.start()
    try:
        assert second.process.wait(FIRST_START_SECONDS) == 1
        second.close()
    finally:
        if second.process.poll() is None:
            second.process.kill()
            second.process.wait()

    assert gateway.url in second.output
    assert "Traceback" not in second.output
    gateway.wait_until_ready()
    assert password not in second.output


def test_a_second_one_on_other_data_runs_beside_it(gateway, tmp_path):
    copy_sqlite(tmp_path / "gateway.sqlite3")
    second = Gateway(tmp_path)
    try:
        second.start(DEMO="0")
        second.wait_until_announced(FIRST_START_SECONDS)
        second.wait_until_ready()
        gateway.wait_until_ready()
        assert second.end() == 0
    finally:
        second.discard()
    gateway.wait_until_ready()


def test_ctrl_c_ends_everything_and_the_next_start_keeps_all(gateway, password):
    listing = gateway.commands()[1]
    before = gateway.paste(gateway.commands()[0], listing)

    assert gateway.end() == 0
    assert "Traceback" not in gateway.output
    gateway.start()
    gateway.wait_until_announced(RESTART_SECONDS)

    assert password not in gateway.output
    token, listing, _ = gateway.commands()
    after = gateway.paste(token, listing, ADMIN_PASSWORD=password)
    assert json.loads(after)["data"] == json.loads(before)["data"]


def test_it_recovers_when_everything_was_killed(gateway):
    for process in [*gateway.marked(), psutil.Process(gateway.process.pid)]:
        process.kill()
    gateway.process.wait(60)
    gateway.close()

    gateway.start()
    gateway.wait_until_announced(RESTART_SECONDS)

    gateway.wait_until_ready()


def test_it_recovers_when_only_the_runner_was_killed(gateway):
    orphans = gateway.marked()
    close = gateway.kill_runner()

    gateway.start()
    close()
    gateway.wait_until_announced(RESTART_SECONDS)

    assert orphans
    assert not {one.pid for one in orphans} & {one.pid for one in gateway.marked()}
    assert "that an earlier run had left behind" in gateway.output
    gateway.wait_until_ready()


@pytest.mark.parametrize("part", ["redis", "worker", "beat", "aws", "web"])
def test_a_part_that_ends_is_started_again(gateway, password, part):
    [first] = processes_of(gateway, part)
    os.kill(first, signal.SIGKILL)

    wait_until(lambda: f"{part} ended by itself (code -9); it is started again" in gateway.output)
    wait_until(lambda: processes_of(gateway, part) not in ([], [first]))
    wait_until(lambda: gateway.readiness() == 200)
    token, _, stop = gateway.commands()
    stopped = json.loads(gateway.paste(token, stop, ADMIN_PASSWORD=password))["data"]
    assert stopped["stopVirtualMachine"]["job"] or stopped["stopVirtualMachine"]["errors"]


def test_a_taken_port_is_named_before_anything_starts(tmp_path):
    gateway = Gateway(tmp_path)
    with socket.create_server(("127.0.0.1", gateway.port)):
        gateway.start()
        assert gateway.process.wait(FIRST_START_SECONDS) == 1
    gateway.close()

    assert f"Port {gateway.port} is taken" in gateway.output
    assert "Traceback" not in gateway.output
    assert not (tmp_path / "gateway.sqlite3").exists()


def test_a_database_that_does_not_answer_is_named(tmp_path):
    """The first worker finds out, and the runner shows it."""
    address = f"postgres://gateway:secret-word@127.0.0.1:{free_port()}/gateway"
    gateway = Gateway(tmp_path, DATABASE_URL=address, DEMO="0")
    gateway.start()
    assert gateway.process.wait(FIRST_START_SECONDS) == 1
    gateway.close()

    assert "The database does not answer" in gateway.output
    assert "Traceback" not in gateway.output
    assert "secret-word" not in gateway.output
    assert gateway.marked() == []
