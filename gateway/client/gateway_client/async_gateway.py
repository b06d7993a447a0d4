"""The same client for asyncio."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar, cast

import httpx
from pydantic import BaseModel

from .addresses import graphql_address, stream_address
from .auth import Token, TokenAuth
from .gateway import SECONDS, USER_AGENT
from .generated.async_base_client import HttpClient
from .generated.async_client import AsyncClient
from .generated.fragments import JobParts, MachineParts
from .generated.input_types import VirtualMachineFilter, VirtualMachineOrder
from .generated.subscriptions import WATCH_JOB, WATCH_MACHINES
from .pages import Pages, Reading
from .patience import AsyncPatientClient
from .streams import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, Ended, Events, refused, request_of

Model = TypeVar("Model", bound=BaseModel)


class AsyncGateway(AsyncClient):
    """The same for asyncio: ``async with AsyncGateway(url, token=…) as gateway: …``."""

    def __init__(self, url: str, token: Token = None, *, seconds: float = SECONDS) -> None:
        self.http = AsyncPatientClient(
            auth=TokenAuth(token),
            headers={"User-Agent": USER_AGENT},
            timeout=seconds,
        )
        super().__init__(url=graphql_address(url), http_client=cast("HttpClient", self.http))

    async def all_machines(
        self,
        filter_: VirtualMachineFilter | None = None,
        order_by: VirtualMachineOrder | None = None,
        max_age: int | None = None,
        limit: int | None = None,
    ) -> Pages[MachineParts]:
        """See Gateway."""
        reading = Reading(limit, max_age)
        while reading.add(
            await self.list_machines(
                filter_, order_by, reading.first, reading.after, reading.max_age
            )
        ):
            pass
        return reading.result()

    def watch_job(self, id: str | None = None) -> AsyncIterator[JobParts]:  # noqa: A002 - see Gateway
        """See Gateway."""
        variables = {} if id is None else {"id": id}  # the gateway refuses an id that is null
        return self._watch(WATCH_JOB, variables, "jobUpdated", JobParts)

    def watch_machines(
        self, filter_: VirtualMachineFilter | None = None
    ) -> AsyncIterator[MachineParts]:
        """See Gateway."""
        given = (
            filter_.model_dump(by_alias=True, exclude_unset=True, mode="json") if filter_ else None
        )
        return self._watch(WATCH_MACHINES, {"filter": given}, "virtualMachineChanged", MachineParts)

    async def _watch(
        self, document: str, variables: dict[str, Any], field: str, model: type[Model]
    ) -> AsyncIterator[Model]:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                async for data in self.stream(document, variables):
                    pause = FIRST_PAUSE_SECONDS
                    yield model.model_validate(data[field])
            except Ended:
                return
            except httpx.TransportError:
                pass  # the connection broke
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def stream(
        self, document: str, variables: Mapping[str, Any] | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        """See Gateway."""
        request = request_of(document, dict(variables or {}))
        async with self.http.stream("POST", stream_address(self.url), **request) as response:
            if refused(response):
                return
            events = Events()
            async for line in response.aiter_lines():
                data = events.data(line)
                if data is not None:
                    yield data
