"""The services of docker-compose.yml as processes of this machine, and a client of them.

Each is started with the file's own command and environment. Only host names, ports and directories,
which a container has of its own, are replaced.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import urlsafe_b64encode
from pathlib import Path

from gateway.run.embedded_redis import find_redis_executable
from gateway.run.options import ROOT
from tests import compose
from tests.postgres import PostgresServer

HOST = "gateway.example.org"
PATIENCE_SECONDS = 300  # of a hang, on a busy machine
END_SECONDS = 300  # as well
ADMIN_PASSWORD = "a-password-for-the-admin"
SECRETS = {
    "SECRET_KEY": "0123456789abcdef" * 4,
    "CREDENTIAL_KEYS": urlsafe_b64encode(bytes(range(32))).decode(),
    "POSTGRES_PASSWORD": "replaced-by-the-servers-own",
    "REDIS_PASSWORD": "a-password-for-redis",
    "ALLOWED_HOSTS": HOST,
    "SITE_ADDRESS": HOST,
}


def _ends(process):
    """True if the process ends by itself in time; otherwise it is killed."""
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True


class Deployment:
    """The services that run, by what the file says of them."""

    def __init__(self, directory: Path, postgres: PostgresServer, redis_port: int):
        self.directory = directory
        self.postgres = postgres
        self.redis_port = redis_port
        self.services = compose.load(SECRETS | {"POSTGRES_PASSWORD": postgres.password})["services"]
        self.processes = {}
        for name in ("data", "static", "bin"):
            (directory / name).mkdir()
        (directory / "bin" / "redis-server").symlink_to(find_redis_executable())

    def environment(self, service):
        """The variables of the file and of the image, and none of this process."""
        given = {
            key: self._here(word) for key, word in self.services[service]["environment"].items()
        }
        path = [Path(sys.executable).parent, self.directory / "bin", os.environ["PATH"]]
        return {
            "PATH": ":".join(map(str, path)),
            "HOME": str(self.directory),
            "HOSTNAME": socket.gethostname(),
            "PYTHONUNBUFFERED": "1",
            "STATIC_ROOT": str(self.directory / "static"),
            **given,
        }

    def start(self, service, *, name=None, port=None):
        """Start the service's command; ``port`` is where it listens instead of its own."""
        name = name or service
        command = [self._here(word, port) for word in self.services[service]["command"]]
        with self.log_of(name).open("wb") as log:
            self.processes[name] = subprocess.Popen(  # noqa: S603 - the file's own command
                command,
                cwd=ROOT,
                env=self.environment(service),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self.processes[name]

    def run(self, service, command=None, **environment):
        """Run the service's command, or another in its place, to its end; returns what it says."""
        done = subprocess.run(  # noqa: S603 - the file's own command, or the test's
            command or self.services[service]["command"],
            cwd=ROOT,
            env=self.environment(service) | environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def is_healthy(self, service, port=None):
        """True if the service's own health check succeeds."""
        kind, *test = self.services[service]["healthcheck"]["test"]
        words = [self._here(word, port) for word in test]
        done = subprocess.run(  # noqa: S603 - the file's own command
            ["/bin/sh", "-c", *words] if kind == "CMD-SHELL" else words,
            cwd=ROOT,
            env=self.environment(service),
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        return done.returncode == 0

    def log_of(self, name):
        return self.directory / f"{name}.log"

    def logs(self):
        return "\n".join(path.read_text(errors="replace") for path in self.directory.glob("*.log"))

    def stop(self):
        for process in self.processes.values():
            process.terminate()
        late = [name for name, process in self.processes.items() if not _ends(process)]
        assert late == [], "they did not end when they were asked to"

    def _here(self, word, port=None):
        """A word of the file, with this machine's places instead of the containers'."""
        places = {
            "@postgres:5432": f"@127.0.0.1:{self.postgres.port}",
            "@redis:6379": f"@127.0.0.1:{self.redis_port}",
            "redis-server -": f"redis-server - --bind 127.0.0.1 --port {self.redis_port}",
            "/data": str(self.directory / "data"),
            "0.0.0.0": "127.0.0.1",  # noqa: S104 - what is replaced
            "--port=8000": f"--port={port}",
            "127.0.0.1:8000": f"127.0.0.1:{port}",
        }
        for there, here in places.items():
            word = word.replace(there, here)
        return word


class Site:
    """The gateway at ``port``, asked as ``HOST``."""

    def __init__(self, port, token=None):
        self.port = port
        self.token = token

    def get(self, path, **headers):
        """Status, headers and body."""
        url = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(url, headers={"Host": HOST, **headers})
        return self._send(request)

    def ask(self, query, **variables):
        """The data of a GraphQL answer without errors."""
        answer = self.post(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def post(self, query, **variables):
        """A GraphQL answer."""
        headers = {"Host": HOST, "Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"JWT {self.token}"
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql/",
            json.dumps({"query": query, "variables": variables}).encode(),
            headers,
        )
        _, _, body = self._send(request)
        return json.loads(body)

    def log_in(self, port=None):
        query = 'mutation ($p: String!) { tokenAuth(username: "admin", password: $p) { token } }'
        token = self.ask(query, p=ADMIN_PASSWORD)["tokenAuth"]["token"]
        return Site(port or self.port, token)

    @staticmethod
    def _send(request):
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - http
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()


def wait_until(condition, deployment=None, seconds=PATIENCE_SECONDS):
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, deployment and deployment.logs()
        time.sleep(0.1)


def collectstatic():
    """The command that the image runs when it is built."""
    words = re.search(
        r"(python manage\.py collectstatic [^\\\n]*)", (ROOT / "Dockerfile").read_text()
    )
    return words[1].split()


def createsuperuser():
    """The command that docs/deploy.md shows."""
    text = (ROOT / "docs" / "deploy.md").read_text()
    return re.search(r"web (python manage\.py createsuperuser --noinput[^\n]*)", text)[1].split()


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
