"""JSON of lists that need no account: one server, bounded in size, time and pages."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import requests

SECONDS = 30.0
MOST_BYTES = 32 * 1024 * 1024
MOST_PAGES = 2_000


class PriceListError(Exception):
    """The list could not be read to its end; the text says why."""


def read_page(
    url: str, parameters: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The JSON object at ``url``. Raises PriceListError."""
    try:
        with requests.get(
            url,
            params=parameters,
            headers=headers,
            timeout=SECONDS,
            allow_redirects=False,
            stream=True,
        ) as reply:
            if reply.status_code != requests.codes.ok:
                raise PriceListError(f"{url} answers {reply.status_code}.")
            body = reply.raw.read(MOST_BYTES + 1, decode_content=True)
            if len(body) > MOST_BYTES:
                raise PriceListError(f"{url} answers with more than {MOST_BYTES:,} bytes.")
            found = json.loads(body, parse_float=Decimal)
    except (requests.RequestException, ValueError, OSError) as error:
        raise PriceListError(f"{url} cannot be read: {type(error).__name__}.") from None
    if not isinstance(found, dict):
        raise PriceListError(f"{url} answers with no object.")
    return found


def entries(page: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The list ``name`` of a page. Raises PriceListError."""
    found = page.get(name)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise PriceListError(f"A page has no list {name}.")
    return found


def dollars(value: object) -> Decimal | None:
    """An amount above 0; None for anything else: a price of 0 is a placeholder."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount > 0 else None
