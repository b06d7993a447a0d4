"""One namespace of one cluster.

libcloud's driver switches the verification of certificates off where it is given no authority,
reads keys from files alone, follows no pages, and reports every refusal but 401 as a text. Its
connections and their bounds are used here.
"""

from functools import cached_property
from typing import Any

from libcloud.container.base import ContainerDriver

from gateway.core.http.urls import split_url
from inventory.providers import tls
from inventory.providers.kind import Values
from inventory.providers.kubernetes.cluster import EXPIRED, SERVER, TOKEN
from inventory.providers.kubernetes.refusals import REFUSALS
from inventory.providers.rest import ABSENT, JsonConnection, JsonReply

STATUS = "Status"
GONE = 410  # an API server answers it for a continue token, never for an object
DEFAULT_PORTS = {"http": 80, "https": 443}


class ClusterReply(JsonReply):
    """A "Status" object: "API Conventions" of Kubernetes, section "Response Status Kind"."""

    refusals = REFUSALS

    def complaint(self, body: Any) -> tuple[str, str]:
        if int(self.status) in ABSENT and body["kind"] != STATUS:
            raise ValueError("It is not an error of an API server.")
        # The reason of a 410 may also be "Gone".
        reason = EXPIRED if int(self.status) == GONE else body.get("reason") or ""
        return str(reason), body["message"]


class ClusterConnection(JsonConnection, tls.CertifiedConnection):
    responseCls = ClusterReply  # noqa: N815 - libcloud's name

    def __init__(self, driver: Any, credentials: Values, timeout: float) -> None:
        parts = split_url(credentials[SERVER])
        host = parts.hostname or ""
        super().__init__(
            credentials,
            secure=parts.scheme == "https",
            host=f"[{host}]" if ":" in host else host,
            port=parts.port or DEFAULT_PORTS[parts.scheme],
            timeout=timeout,
        )
        self.request_path = parts.path  # of a server that stands before several clusters
        self.driver = driver
        self._token = credentials.get(TOKEN)

    def add_default_headers(self, headers: dict[str, str]) -> dict[str, str]:
        given = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            given["Authorization"] = f"Bearer {self._token}"
        return given | headers


class KubernetesDriver(ContainerDriver):
    """Building one asks nothing."""

    name = "Kubernetes"

    def __init__(self, credentials: Values, region: str, timeout: float) -> None:
        self._credentials, self._timeout = credentials, timeout
        self.namespace = region
        self.pinned: str | None = None  # the UID of the one pod that may be deleted

    @cached_property
    def connection(self) -> ClusterConnection:
        return ClusterConnection(self, self._credentials, self._timeout)
