"""Pages of Compute Engine's lists."""

from collections.abc import Iterator
from typing import Any

from libcloud.common.types import MalformedResponseError

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.paging import each_page
from inventory.providers.reading import Reading
from inventory.providers.rest import ask, optional_list, optional_text, part

PAGE = "500"  # Google's largest
KINDS = "compute#"
NOTHING_HERE = "NO_RESULTS_ON_PAGE"


def pages(driver: Any, address: str, **params: Any) -> Iterator[dict[str, Any]]:
    """Every page of a listing. One that fails fails the listing."""

    def read(token: str | None) -> dict[str, Any]:
        given = params | ({"pageToken": token} if token else {})
        body = ask(driver.connection, address, maxResults=PAGE, **given)
        if unreachable := optional_list(body, "unreachables"):
            message = f"Google could not ask {', '.join(map(str, unreachable))}."
            raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
        _check_items(body)
        return body

    return each_page(read, lambda page: optional_text(page, "nextPageToken"))


def everywhere(driver: Any, name: str, **params: Any) -> Iterator[Any]:
    """The resources of all zones. A zone that did not answer fails the listing."""
    for page in pages(driver, f"{driver.project}/aggregated/{name}", **params):
        for zone, scope in part({"items": {}} | page, "items", dict).items():
            if not isinstance(scope, dict):
                message = f"Google's answer about {zone} is not an object."
                raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
            warning = Reading(scope).text("warning", "code") or NOTHING_HERE
            if warning != NOTHING_HERE:
                message = f"{zone} is not in Google's answer: {warning}."
                raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
            yield from optional_list(scope, name)


def _check_items(page: dict[str, Any]) -> None:
    """A list of Google's that has no results lacks ``items``; its ``kind`` shows that it is a list.

    Raises MalformedResponseError for another object.
    """
    if page.get("items") is None:
        page.pop("items", None)
        if not part(page, "kind", str).startswith(KINDS):
            raise MalformedResponseError("The answer is not a list of Compute Engine's.")
