"""HTTP over a socket in the file system, which is where an engine listens by default."""

import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import NewConnectionError

from gateway.core.http import egress
from gateway.core.http.budget import budget_in_use
from gateway.core.http.deadline_sockets import bound_wait
from inventory.providers.guard import BoundedConnection


class SocketConnection(BoundedConnection):
    path: str

    def _new_conn(self) -> socket.socket:
        egress.check_local(self.path)
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            bound_wait(made, budget_in_use())
            made.connect(self.path)
        except TimeoutError:
            made.close()
            raise
        except OSError as error:
            made.close()
            raise NewConnectionError(self, f"{self.path}: {error.strerror or error}") from error
        return made


class SocketAdapter(HTTPAdapter):
    """Sends everything to one socket, whatever the host is called."""

    def __init__(self, path: str) -> None:
        super().__init__()
        connection = type("Connection", (SocketConnection,), {"path": path})
        self._pool = HTTPConnectionPool("localhost")
        self._pool.ConnectionCls = connection

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> HTTPConnectionPool:
        return self._pool

    def close(self) -> None:
        self._pool.close()
        super().close()
