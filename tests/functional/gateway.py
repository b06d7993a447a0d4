"""A whole gateway for functional tests: `python -m gateway.run`, and a client over HTTP."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from gateway.run.options import ROOT
from gateway.run.orphans import end_marked, find_marked
from gateway.run.ports import free_port
from tests.client import ENDPOINT, GraphQLClient
from tests.postgres import database_for_processes

# Bounds of a hang, for a busy machine; what is promised is measured on an idle one.
FIRST_START_SECONDS = 600
END_SECONDS = 300
NOT_OURS = ("REDIS_URL", "DATABASE_URL", "ADMIN_PASSWORD", "ADMIN_USERNAME", "DEMO", "GATEWAY_ENV")
BANNER = re.compile(r"The gateway is ready.*─\n\n", re.DOTALL)
PASSWORD = "a-password-for-tests"
TIMEOUT_SECONDS = 300
PATIENCE_SECONDS = 300


class Gateway:
    """`python -m gateway.run` in ``data_dir``, on a port of its own."""

    def __init__(self, data_dir, **environment):
        self.data_dir = data_dir
        self.environment = environment
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.lines = []
        self.process = None

    @property
    def output(self):
        return "".join(self.lines)

    def start(self, **environment):
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        self.lines = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gateway.run"],
            cwd=ROOT,
            env={
                **inherited,
                "DATA_DIR": str(self.data_dir),
                "PORT": str(self.port),
                **self.environment,
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self.lines.extend, args=(self.process.stdout,))
        self._reader.start()

    def wait_until_announced(self, seconds):
        """Returns how long it took."""
        began = time.monotonic()
        while not BANNER.search(self.output):
            assert self.process.poll() is None, self.output
            assert time.monotonic() - began < seconds, self.output
            time.sleep(0.05)
        return time.monotonic() - began

    def end(self, number=signal.SIGINT, *, seconds=END_SECONDS):
        """Returns the exit code; nothing is left running."""
        self.process.send_signal(number)
        code = self.process.wait(seconds)
        self.close()
        assert find_marked(self.data_dir / "run") == []
        return code

    def close(self):
        self._reader.join(END_SECONDS)
        self.process.stdout.close()

    def kill_runner(self):
        """Kill only the runner: its processes go on and hold its output. Returns a function that
        closes the output when they end.
        """
        self.process.kill()
        self.process.wait(60)
        reader, stream = self._reader, self.process.stdout

        def close():
            reader.join(END_SECONDS)
            stream.close()

        return close

    def discard(self):
        """Whatever state a failed test left."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        end_marked(self.data_dir / "run", patience=1)
        if self.process is not None:
            self.close()

    def commands(self):
        return [line for line in self.output.splitlines() if "curl -s" in line]

    def paste(self, *commands, **environment):
        """The output of a shell that runs the commands."""
        return subprocess.run(  # noqa: S603  (the banner's own commands)
            ["/bin/bash", "-c", "\n".join(commands)],
            env={**os.environ, **environment},
            check=True,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
        ).stdout

    def readiness(self):
        """The status of /readyz; None: nothing accepts connections or answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=60) as answer:  # noqa: S310
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return None

    def wait_until_ready(self, seconds=PATIENCE_SECONDS):
        """A worker answers a ping within a second, or on a busy machine one of the next."""
        give_up = time.monotonic() + seconds
        while self.readiness() != 200:
            assert time.monotonic() < give_up, self.output
            time.sleep(0.2)

    def marked(self):
        return find_marked(self.data_dir / "run")


class RemoteClient(GraphQLClient):
    """The tests' client, over HTTP instead of within the process."""

    def __init__(self, url, token=None):
        self.url = url
        self.token = token

    def post(self, query, variables=None):
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"JWT {self.token}"
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(self.url + ENDPOINT, body, headers)  # noqa: S310 - our own http:
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)

    def log_in(self, username, password):
        return RemoteClient(self.url, super().log_in(username, password).token)

    def finished(self, job_id):
        """The job, once it has ended."""
        query = """query ($id: ID!) { job(id: $id) { state result error { code message }
            children { nodes { state result error { code } } }
            events { nodes { kind message } } } }"""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while True:
            job = self.data(query, id=job_id)["job"]
            if job["state"] in {"SUCCEEDED", "FAILED", "CANCELED"}:
                return job
            assert time.monotonic() < give_up, job
            time.sleep(0.1)


@contextmanager
def running_gateway(directory, **environment):
    """An empty one, ready; gives its administrator's client."""
    with database_for_processes(directory) as url:
        database = {"DATABASE_URL": url} if url.startswith("postgres") else {}
        gateway = Gateway(directory, **database)
        try:
            gateway.start(DEMO="0", ADMIN_PASSWORD=PASSWORD, **environment)
            gateway.wait_until_announced(FIRST_START_SECONDS)
            yield RemoteClient(gateway.url).log_in("admin", PASSWORD)
            # test_run.py measures the time that a gateway takes to end.
            assert gateway.end(seconds=TIMEOUT_SECONDS) == 0
        finally:
            gateway.discard()
