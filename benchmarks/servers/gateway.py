"""A whole gateway, `python -m gateway.run`, on data of its own, and a client over HTTP."""

import http.client
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson

from benchmarks.servers.process import running
from benchmarks.world import World
from gateway.run.ports import LOOPBACK, free_port

TIMEOUT_SECONDS = 60
LOG_IN = """mutation ($login: String!, $password: String!) {
    tokenAuth(username: $login, password: $password) { token } }"""
CONNECT = """mutation ($input: ConnectProviderInput!) {
    connectProvider(input: $input) { provider { id } errors { message } } }"""


class RefusedError(Exception):
    """The gateway answered with errors."""


class Client:
    """Asks over one connection that is kept open."""

    def __init__(
        self, port: int, *, environment: Mapping[str, str], timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self.environment = environment
        self._connection = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout)
        self._headers = {"Content-Type": "application/json"}

    def is_ready(self) -> bool:
        """Whether /readyz says so."""
        try:
            self._connection.request("GET", "/readyz")
            answer = self._connection.getresponse()
            answer.read()
        except (http.client.HTTPException, OSError):
            self._connection.close()
            return False
        return answer.status == http.HTTPStatus.OK

    @property
    def port(self) -> int:
        return self._connection.port

    @property
    def authorization(self) -> str:
        return self._headers["Authorization"]

    def log_in(self, password: str, login: str = "admin") -> None:
        token = self.ask(LOG_IN, login=login, password=password)["tokenAuth"]["token"]
        self._headers["Authorization"] = f"JWT {token}"

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The answer's data. Raises RefusedError."""
        body = orjson.dumps({"query": query, "variables": variables})
        self._connection.request("POST", "/graphql/", body, self._headers)
        answer = orjson.loads(self._connection.getresponse().read())
        if "errors" in answer:
            raise RefusedError(answer["errors"])
        data: dict[str, Any] = answer["data"]
        return data

    def connect_provider(self, *, kind: str, name: str, credentials: Mapping[str, Any]) -> str:
        """The new provider's id. Raises RefusedError."""
        values = [{"name": key, "value": str(value)} for key, value in credentials.items()]
        payload = self.ask(CONNECT, input={"kind": kind, "name": name, "credentials": values})
        if payload["connectProvider"]["errors"]:
            raise RefusedError(payload["connectProvider"]["errors"])
        provider_id: str = payload["connectProvider"]["provider"]["id"]
        return provider_id

    def close(self) -> None:
        self._connection.close()


@contextmanager
def gateway(
    world: World, *, timeout: float = TIMEOUT_SECONDS, **variables: str
) -> Iterator[Client]:
    """Ready and empty, its administrator logged in; with a database and a Redis of its own.

    ``timeout``: seconds that the client waits for an answer. ``variables`` are added to its
    environment; ``client.environment`` is all of it.
    """
    port, password = free_port(), secrets.token_urlsafe(12)
    directory = world.directory / f"gateway-{port}"
    inherited = {name: value for name, value in world.environment.items() if name != "REDIS_URL"}
    own = {
        "ADMIN_PASSWORD": password,
        "DATA_DIR": str(directory),
        "DEMO": "0",
        "DJANGO_SETTINGS_MODULE": "gateway.settings",
        "PORT": str(port),
        **variables,
    }
    client = Client(port, environment={**inherited, **own}, timeout=timeout)
    with running(
        "gateway.run",
        [],
        environment=client.environment,
        log=world.directory / f"gateway-{port}.log",
        is_ready=client.is_ready,
    ):
        client.log_in(password)
        yield client
        client.close()
