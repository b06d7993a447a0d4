"""The web server as `make run` starts it: Granian, the front, Django, a Redis and a worker."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.run.ports import LOOPBACK, free_port
from tests.postgres import database_for_processes

pytestmark = [
    pytest.mark.functional,
    pytest.mark.any_database,  # test_compose.py serves from PostgreSQL
]

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 300  # of a hang, on a busy machine
MOST = 4096
LOGIN = 'mutation { tokenAuth(username: "ann", password: "correct-horse") { token } }'
ADD_ANN = """
from django.contrib.auth import get_user_model
get_user_model().objects.create_user("ann", password="correct-horse")
"""


class Web:
    """A gateway of its own on ``port``; eight threads run Django."""

    def __init__(self, data_dir, redis_url, database_url):
        self.port = free_port()
        self.demo_ready = data_dir / "demo-ready"
        self._processes = []
        self._log = (data_dir / "log").open("w+")
        self._env = os.environ | {
            "DATA_DIR": str(data_dir),
            "REDIS_URL": redis_url,
            "DATABASE_URL": database_url,
            "DEMO_READY_FILE": str(self.demo_ready),
            "DJANGO_SETTINGS_MODULE": "gateway.settings",
            "MAX_BODY_BYTES": str(MOST),
            "FRONT_THREADS": "8",
        }

    @property
    def environment(self):
        return self._env

    def run(self, *command):
        subprocess.run(  # noqa: S603 - our own command
            [sys.executable, *command], cwd=ROOT, env=self._env, check=True, capture_output=True
        )

    def start(self, *command):
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=self._env,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a group of its own, which ends with it
        )
        self._processes.append(process)
        return process

    def start_server(self):
        server = self.start(
            *("granian", "gateway.asgi:application", "--interface", "asgi", "--no-ws"),
            *("--host", LOOPBACK, "--port", str(self.port), "--workers", "1"),
            *("--workers-kill-timeout", "3s", "--log-level", "warning"),
        )
        wait_until(lambda: self.answers("/livez"))
        return server

    def answers(self, path):
        try:
            return self.get(path)[0] == 200
        except OSError:
            return False

    def request(self, method, path, body=None, **options):
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=PATIENCE_SECONDS)
        headers = {"Content-Type": "application/json"}
        connection.request(method, path, body, headers, **options)
        response = connection.getresponse()
        found = response.status, json.loads(response.read())
        connection.close()
        return found

    def get(self, path):
        return self.request("GET", path)

    def post(self, body, path="/graphql/", **options):
        return self.request("POST", path, body, **options)

    def open(self, data):
        """A connection on which ``data`` was sent."""
        connection = socket.create_connection((LOOPBACK, self.port), timeout=PATIENCE_SECONDS)
        connection.sendall(data)
        return connection

    @property
    def log(self):
        self._log.flush()
        return Path(self._log.name).read_text()

    def close(self):
        for process in self._processes:
            with suppress(ProcessLookupError):  # it ended by itself
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=60)
        self._log.close()


def wait_until(condition):
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def web(tmp_path_factory, redis_server):
    directory = tmp_path_factory.mktemp("web")
    with database_for_processes(directory) as database_url:
        found = Web(directory, redis_server, database_url)
        try:
            found.run("manage.py", "shell", "--verbosity", "0", "--command", ADD_ANN)
            found.start_server()
            yield found
        finally:
            found.close()


def query(text):
    return json.dumps({"query": text}).encode()


def head(length, path="/graphql/"):
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def first_line(connection):
    with connection, connection.makefile("rb") as stream:
        return stream.readline()


def code_of(answer):
    return answer[1]["errors"][0]["extensions"]["code"]


def test_a_login(web):
    status, body = web.post(query(LOGIN))

    assert status == 200
    assert body["data"]["tokenAuth"]["token"].startswith("eyJ")


def test_a_chunked_body_arrives_whole(web):
    text = query("{ __typename }")

    status, body = web.post(iter([text[:5], text[5:]]), encode_chunked=True)

    assert (status, body["data"]) == (200, {"__typename": "Query"})


def test_too_large_a_chunked_body_is_refused(web):
    status, body = web.post(iter([b"x" * MOST, b"y"]), encode_chunked=True)

    assert (status, body["errors"][0]["extensions"]["code"]) == (413, "BODY_TOO_LARGE")


def test_too_large_a_body_is_refused_before_it_is_sent(web):
    connection = web.open(head(10**12))

    assert first_line(connection).startswith(b"HTTP/1.1 413 ")


def test_slow_clients_hold_no_thread(web):
    text = query("{ __typename }")
    slow = [web.open(head(len(text)) + text[:3]) for _ in range(20)]

    assert web.post(text)[0] == 200

    for connection in slow:
        connection.sendall(text[3:])
    assert {first_line(connection) for connection in slow} == {b"HTTP/1.1 200 OK\r\n"}


def test_clients_that_leave_leave_nothing_behind(web):
    text = query(LOGIN)
    for data in (head(len(text)) + text[:3], head(len(text)) + text, b"POST /gra", b""):
        for _ in range(5):
            web.open(data).close()

    assert web.post(query("{ __typename }"))[0] == 200
    assert "Traceback" not in web.log
    assert "Unexpected error" not in web.log


def test_a_stream_takes_a_login(web):
    answer = web.post(query("subscription { jobUpdated { id } }"), path="/graphql/stream")

    assert (answer[0], code_of(answer)) == (401, "UNAUTHENTICATED")


def test_what_is_no_text(web):
    assert web.post(b'{"query": "\xff"}')[0] == 400
    assert web.get("/graphql/?query=%7B__typename%7D&x=%FF")[0] == 200
    assert first_line(web.open(b"GET /graphql/?query=\xff HTTP/1.1\r\nHost: a\r\n\r\n")).startswith(
        b"HTTP/1.1 4"
    )
    assert web.get("/%ff%00")[0] == 404


def test_ready_when_the_demo_is_and_a_worker_answers(web):
    status, parts = web.get("/readyz")
    assert (status, parts["missing"]) == (503, ["worker", "demo"])

    web.start("celery", "--quiet", "-A", "gateway", "worker", "--pool", "threads")
    web.demo_ready.touch()
    wait_until(lambda: web.answers("/readyz"))

    assert web.get("/readyz")[1]["missing"] == []


def test_it_ends_when_it_is_told(tmp_path, redis_server):
    web = Web(tmp_path, redis_server, f"sqlite:///{tmp_path / 'gateway.sqlite3'}")
    try:
        server = web.start_server()
        waiting = web.open(head(10) + b"half")

        server.send_signal(signal.SIGINT)

        server.wait(timeout=PATIENCE_SECONDS)
        waiting.close()
        assert "Traceback" not in web.log
    finally:
        web.close()


@pytest.mark.parametrize("line", ["released\n", ""])
def test_one_that_is_held_imports_and_waits_for_a_line(web, line):
    """Without one it ends: what started it has ended, maybe before the data was prepared."""
    command = [sys.executable, "-m", "gateway.web", "--version"]
    env = web.environment | {"GATEWAY_HELD": "1", "PYTHONPROFILEIMPORTTIME": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=env, text=True, **pipes) as held:  # noqa: S603
        last = next(line for line in held.stderr if line.endswith(" gateway.core.open_files\n"))
        assert last
        with pytest.raises(subprocess.TimeoutExpired):
            held.wait(0.5)
        said, _ = held.communicate(line)

    assert said.startswith("python -m gateway.web") == bool(line)
    assert (held.returncode == 0) == bool(line)
