"""A whole gateway for functional tests: `python -m gateway.run`, and a client over HTTP."""

import json
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from tests.client import ENDPOINT, GraphQLClient
from tests.functional.test_run import FIRST_START_SECONDS, Gateway
from tests.postgres import database_for_processes

PASSWORD = "a-password-for-tests"
TIMEOUT_SECONDS = 60
PATIENCE_SECONDS = 60


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
            assert gateway.end() == 0
        finally:
            gateway.discard()
