"""Pages of lists of Compute Engine and Cloud Storage."""

from collections.abc import Iterator, Mapping
from typing import Any

from libcloud.common.types import MalformedResponseError

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.google.parse import last
from inventory.providers.paging import each_page, restarted
from inventory.providers.reading import Reading
from inventory.providers.rest import ask, optional_list, optional_text, part

PAGE = "500"  # Google's largest
KINDS = "compute#"
UNREACHABLE = ("unreachables", "unreachable")  # of Compute Engine, and of Cloud Storage
NOTHING_HERE = "NO_RESULTS_ON_PAGE"


def pages(driver: Any, address: str, **params: Any) -> list[dict[str, Any]]:
    """Every page of a listing. One that fails fails the listing."""
    return pages_at(driver.connection, address, KINDS, {"maxResults": PAGE, **params})


def pages_at(
    connection: Any, address: str, kinds: str, asked: Mapping[str, str]
) -> list[dict[str, Any]]:
    """As ``pages``, of any of Google's APIs. ``kinds``: how the kind of its lists begins."""

    def read(token: str | None) -> dict[str, Any]:
        given = {**asked, "pageToken": token} if token else asked
        body = ask(connection, address, query=given)
        for name in UNREACHABLE:
            if unreachable := optional_list(body, name):
                message = f"Google could not ask {', '.join(map(str, unreachable))}."
                raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
        _check_warning("the list", body)
        _check_items(body, kinds)
        return body

    return restarted(lambda: each_page(read, lambda page: optional_text(page, "nextPageToken")))


def everywhere(
    driver: Any, name: str, unread: dict[str, str] | None = None, **params: Any
) -> Iterator[Any]:
    """The resources of all zones. A zone that did not answer fails the listing.

    ``unread``: of a list that only adds facts to another one. The zones that could not be read
    are added to it, each with the reason, and fail nothing.
    """
    for page in pages(driver, f"{driver.project}/aggregated/{name}", **params):
        for zone, scope in part({"items": {}} | page, "items", dict).items():
            try:
                found = _resources(zone, scope, name)
            except (MalformedResponseError, ProviderError) as error:
                if unread is None:
                    raise
                why = error.message if isinstance(error, ProviderError) else error.value
                unread[last(zone)] = f"The {name} of {last(zone)} are unknown: {why}"
            else:
                yield from found


def _resources(zone: str, scope: Any, name: str) -> list[Any]:
    """Raises ProviderError or MalformedResponseError for a zone whose list is not complete."""
    if not isinstance(scope, dict):
        message = f"Google's answer about {zone} is not an object."
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
    _check_warning(zone, scope)
    if scope.get(name) is None and scope.get("warning") is None:
        # The warning "replaces the list of instances when the list is empty": reference of
        # instances.aggregatedList, cloud.google.com/compute/docs/reference/rest/v1.
        message = f"Google's answer has neither a list nor a warning for {zone}."
        raise MalformedResponseError(message)
    return optional_list(scope, name)


def current(driver: Any, address: str) -> Iterator[Any]:
    """The items of a list that are not deprecated."""
    for page in pages(driver, address):
        for item in optional_list(page, "items"):
            if not Reading(item).part("deprecated"):
                yield item


def problem_at(unread: Mapping[str, str], place: str) -> str | None:
    """Why facts about a resource are unknown. ``place``: its zone, or its region of zones."""
    if place in unread:
        return unread[place]
    return next((why for zone, why in unread.items() if zone.startswith(f"{place}-")), None)


def _check_warning(place: str, answer: dict[str, Any]) -> None:
    """Raises ProviderError if the answer has a warning, except that it has no results.

    A warning says that a part is missing: cloud.google.com/compute/docs/reference/rest/v1,
    "warning" of every list.
    """
    if answer.get("warning") is None:
        return
    found = Reading(answer)
    code = found.text("warning", "code", required=True)
    if code != NOTHING_HERE:
        message = f"{place} is not complete in Google's answer: {code or found.problem}."
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message.replace("..", "."))


def _check_items(page: dict[str, Any], kinds: str) -> None:
    """Check a list. An empty one has no ``items``; its ``kind`` shows that it is a list.

    Raises MalformedResponseError for another object.
    """
    if page.get("items") is None:
        page.pop("items", None)
        if not part(page, "kind", str).startswith(kinds):
            raise MalformedResponseError("The answer is not such a list of Google's.")
