"""The sync client: the generated methods, a token, patience, pages put together, and streams."""

import time
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, cast

import httpx
from pydantic import BaseModel

from .addresses import graphql_address, stream_address
from .auth import Token, TokenAuth
from .generated.base_client import HttpClient
from .generated.client import Client
from .generated.fragments import JobParts, MachineParts
from .generated.input_types import VirtualMachineFilter, VirtualMachineOrder
from .generated.subscriptions import WATCH_JOB, WATCH_MACHINES
from .pages import Pages, Reading
from .patience import PatientClient
from .streams import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, Ended, Events, refused, request_of

USER_AGENT = "cloud-gateway-client"
SECONDS = (
    60.0  # a question to the clouds takes the slowest source's deadline, 10 s unless set otherwise
)
Model = TypeVar("Model", bound=BaseModel)


class Gateway(Client):
    """The sync client: ``with Gateway("https://gateway.example.org", token=…) as gateway: …``.

    ``url``: with or without ``/graphql/``; raises ValueError if it is no address. ``token``: an API
    token (``cgw_…``), an access token, or a function that returns one. Methods raise
    GraphQLClientError or httpx.TransportError.
    """

    def __init__(self, url: str, token: Token = None, *, seconds: float = SECONDS) -> None:
        self.http = PatientClient(
            auth=TokenAuth(token),
            headers={"User-Agent": USER_AGENT},
            timeout=seconds,
        )
        super().__init__(url=graphql_address(url), http_client=cast("HttpClient", self.http))

    def all_machines(
        self,
        filter_: VirtualMachineFilter | None = None,
        order_by: VirtualMachineOrder | None = None,
        max_age: int | None = None,
        limit: int | None = None,
    ) -> Pages[MachineParts]:
        """The machines of all pages. ``max_age``: seconds; the first page asks the clouds."""
        reading = Reading(limit, max_age)
        while reading.add(
            self.list_machines(filter_, order_by, reading.first, reading.after, reading.max_age)
        ):
            pass
        return reading.result()

    def watch_job(self, id: str | None = None) -> Iterator[JobParts]:  # noqa: A002 - the API's name
        """A job as it goes on, until it is final; without ``id``, every job that one may see."""
        variables = {} if id is None else {"id": id}  # the gateway refuses an id that is null
        return self._watch(WATCH_JOB, variables, "jobUpdated", JobParts)

    def watch_machines(self, filter_: VirtualMachineFilter | None = None) -> Iterator[MachineParts]:
        """Each machine that changes, as it is then."""
        given = (
            filter_.model_dump(by_alias=True, exclude_unset=True, mode="json") if filter_ else None
        )
        return self._watch(WATCH_MACHINES, {"filter": given}, "virtualMachineChanged", MachineParts)

    def _watch(
        self, document: str, variables: dict[str, Any], field: str, model: type[Model]
    ) -> Iterator[Model]:
        """A connection that breaks is opened again: the gateway then sends the current state."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                for data in self.stream(document, variables):
                    pause = FIRST_PAUSE_SECONDS
                    yield model.model_validate(data[field])
            except Ended:
                return
            except httpx.TransportError:
                pass  # the connection broke
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def stream(
        self, document: str, variables: Mapping[str, Any] | None = None
    ) -> Iterator[dict[str, Any]]:
        """The data of each event of a subscription, over one connection.

        Raises Ended when the stream completes, httpx.TransportError when it breaks.
        """
        request = request_of(document, dict(variables or {}))
        with self.http.stream("POST", stream_address(self.url), **request) as response:
            if refused(response):
                return
            events = Events()
            for line in response.iter_lines():
                data = events.data(line)
                if data is not None:
                    yield data
