"""One Docker engine, asked in a version of its API that both sides know.

libcloud's driver has version 1.24 written into it, which engines from 29 on refuse; it takes a
start of what runs already for a failure, reads keys from files alone, and connects when it is
built. Its connections and their bounds are used here.
"""

import json
import time
from functools import cached_property, partial
from typing import Any, Self

from libcloud.common.types import MalformedResponseError
from libcloud.container.base import ContainerDriver

from inventory.providers import certificates, tls
from inventory.providers.docker.engine import Engine, engine_of
from inventory.providers.docker.refusals import REFUSALS
from inventory.providers.docker.sockets import SocketAdapter
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.kind import Values
from inventory.providers.rest import JsonConnection, JsonReply, ask, part
from inventory.providers.token_cache import Grant, SignIn

NOT_MODIFIED = 304  # it is so already
# The newest version whose words are known here, and the oldest version whose lists show a state.
NEWEST, OLDEST = (1, 47), (1, 23)
VERSION_KEPT_SECONDS = 3600.0
OTHER_VERSION = "client version"  # how an engine begins that was replaced by another meanwhile

Version = tuple[int, int]


class DockerReply(JsonReply):
    """``{"message": …}``; only the status shows the kind of error."""

    refusals = REFUSALS

    def success(self) -> bool:
        return int(self.status) == NOT_MODIFIED or super().success()


class PullReply(DockerReply):
    """JSON objects, one a line, over an image's pull; an error may be among them."""

    def parse_body(self) -> list[Any]:
        try:
            return [json.loads(line) for line in self.body.splitlines() if line.strip()]
        except ValueError:
            message = "The progress of a pull is not JSON."
            raise MalformedResponseError(message, body=self.body[:100]) from None


class EngineConnection(JsonConnection, tls.CertifiedConnection):
    responseCls = DockerReply  # noqa: N815 - libcloud's name

    def __init__(self, driver: Any, engine: Engine, values: Values, timeout: float) -> None:
        super().__init__(
            values, secure=engine.secure, host=engine.host, port=engine.port, timeout=timeout
        )
        self.driver = driver
        if engine.socket:
            self.conn_class = tls.connection_by(partial(SocketAdapter, engine.socket), "http://")

    def add_default_headers(self, headers: dict[str, str]) -> dict[str, str]:
        return {"Content-Type": "application/json"} | headers


class VersionedConnection(EngineConnection):
    version: SignIn
    _asked_anew = False
    _sent: tuple[int, int] | None = None  # the version of the latest request

    def morph_action_hook(self, action: str) -> str:
        self._sent = major, minor = self.version.value()
        return f"/v{major}.{minor}{action}"

    def request(self, *args: Any, **options: Any) -> Any:
        try:
            return super().request(*args, **options)
        except ProviderError as error:
            if not error.message.startswith(OTHER_VERSION) or self._asked_anew:
                raise
        self._asked_anew = True
        self.version.anew(self._sent)
        return super().request(*args, **options)


class PullConnection(VersionedConnection):
    responseCls = PullReply  # noqa: N815 - libcloud's name


class DockerDriver(ContainerDriver):
    """Building one asks nothing; the first request asks for the version, unless that is kept."""

    name = "Docker"

    def __init__(self, credentials: Values, _region: str, timeout: float) -> None:
        self._credentials, self._timeout = credentials, timeout
        self._engine = engine_of(credentials)
        self.facts = (
            repr(self._engine),
            *(str(credentials.get(one.name)) for one in certificates.FIELDS),
        )
        ask_version = partial(_ask_version, self._engine, credentials, timeout)
        self._version = SignIn((*self.facts, "version"), ask_version, timeout)

    def again(self, timeout: float) -> Self:
        """Another driver of the same engine, for another thread."""
        return type(self)(self._credentials, "", timeout)

    @cached_property
    def connection(self) -> VersionedConnection:
        return self._versioned(VersionedConnection)

    @cached_property
    def pulling(self) -> VersionedConnection:
        return self._versioned(PullConnection)

    def _versioned(self, made_as: type[VersionedConnection]) -> VersionedConnection:
        connection = made_as(self, self._engine, self._credentials, self._timeout)
        connection.version = self._version
        return connection


def _ask_version(engine: Engine, credentials: Values, timeout: float) -> Grant:
    """Holds no driver, which holds this: the two would stay until garbage is collected."""
    connection = EngineConnection(DockerDriver, engine, credentials, timeout)
    body = ask(connection, "/version")
    newest = _version(part(body, "ApiVersion", str))
    oldest = _version(body.get("MinAPIVersion") or "1.0")
    if newest < OLDEST:
        message = f"The engine is too old: {_text(OLDEST)} of its API is needed."
        raise ProviderError(ProviderErrorCode.NOT_SUPPORTED, message)
    return Grant(min(max(NEWEST, oldest), newest), time.time() + VERSION_KEPT_SECONDS)


def _version(text: str) -> Version:
    try:
        major, minor = text.split(".")
        return int(major), int(minor)
    except ValueError:
        raise MalformedResponseError(f"{text[:20]!r} is no version of an API.") from None


def _text(version: Version) -> str:
    return ".".join(map(str, version))
