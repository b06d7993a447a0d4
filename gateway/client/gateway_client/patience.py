"""Waits where the gateway says how long: 429 and 503 with ``Retry-After``.

A request that was answered so was not executed, so a mutation may be sent again too.
"""

import asyncio
import time
from typing import Any

import httpx

NOT_NOW = (429, 503)
TRIES = 4
LONGEST_SECONDS = 30.0


def pause_of(response: httpx.Response, tries: int) -> float | None:
    """Seconds to wait before the same request is sent again; None: the response is final."""
    if response.status_code not in NOT_NOW or tries >= TRIES:
        return None
    try:
        seconds = float(response.headers["Retry-After"])
    except (KeyError, ValueError):
        return None
    return seconds if 0 <= seconds <= LONGEST_SECONDS else None


class PatientClient(httpx.Client):
    """Sends a request again after the pause that an answer asks for."""

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        tries = 1
        while True:
            response = super().send(request, **options)
            pause = pause_of(response, tries)
            if pause is None:
                return response
            response.close()
            time.sleep(pause)
            tries += 1


class AsyncPatientClient(httpx.AsyncClient):
    """The same for asyncio."""

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        tries = 1
        while True:
            response = await super().send(request, **options)
            pause = pause_of(response, tries)
            if pause is None:
                return response
            await response.aclose()
            await asyncio.sleep(pause)
            tries += 1
