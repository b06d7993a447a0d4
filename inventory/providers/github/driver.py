"""One GitHub, asked by its two APIs.

libcloud has no driver for it. Its connections are used, with their bounds.
"""

import json
import math
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from libcloud.common.base import BaseDriver, Connection
from libcloud.common.types import MalformedResponseError

from gateway.core.http.retry_after import reset_of
from inventory.providers.exceptions import ProviderError, error_of_status
from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.github.address import Place, place_of
from inventory.providers.github.answers import Answer, FieldError
from inventory.providers.github.refusals import REFUSALS, SECONDARY_WAIT
from inventory.providers.kind import Values
from inventory.providers.refusals import classify
from inventory.providers.rest import (
    JsonConnection,
    JsonReply,
    optional_list,
    part,
    reply_to,
)

# https://docs.github.com/en/rest/about-the-rest-api/api-versions; a GitHub Enterprise Server that
# does not know a version refuses it.
VERSION = "2022-11-28"
OK = 200
UNEXPLAINED = "GitHub answered with an error that it does not explain."
LIMIT_STATUSES = frozenset({403, 429})
# "type" of an error of the GraphQL API. They are not documented; @octokit/graphql and GitHub's own
# command line go by them: https://github.com/cli/go-gh/blob/trunk/pkg/api/errors.go
TYPES = {
    "NOT_FOUND": Code.NOT_FOUND,
    "FORBIDDEN": Code.PERMISSION_DENIED,
    "INSUFFICIENT_SCOPES": Code.PERMISSION_DENIED,
    "RATE_LIMITED": Code.RATE_LIMITED,
    "RATE_LIMIT": Code.RATE_LIMITED,
    "MAX_NODE_LIMIT_EXCEEDED": Code.INVALID_REQUEST,
    "UNPROCESSABLE": Code.INVALID_REQUEST,
    "INVALID_CURSOR_ARGUMENTS": Code.INVALID_REQUEST,
}


class GitHubReply(JsonReply):
    """``{"message": …}``; only status, headers and sentence show the kind of error."""

    refusals = REFUSALS
    codes: ClassVar[Mapping[str, Code]] = TYPES

    def complaint(self, body: Any) -> tuple[str, str]:
        return "", body["message"]

    def parse_error(self) -> Any:
        try:
            return super().parse_error()
        except ProviderError as error:
            raise limited(error, self.headers, used_up=_is_limit(self)) from None


def _is_limit(reply: GitHubReply) -> bool:
    """True if the headers say that a limit was reached, whatever the sentence is.

    With 403 only a limit has ``Retry-After``, or no requests left.
    """
    says_when = "retry-after" in reply.headers or reset_of(reply.headers) is not None
    return int(reply.status) in LIMIT_STATUSES and says_when


def limited(
    error: ProviderError, headers: Mapping[str, str], *, used_up: bool = False
) -> ProviderError:
    """``error``; if it is of a rate limit, with the time at which that ends.

    https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#rate-limit-errors
    ``used_up``: the headers say so, whatever the sentence is.
    """
    if error.code is not Code.RATE_LIMITED and not used_up:
        return error
    error.judge(Code.RATE_LIMITED, temporary=True)
    if error.retry_after is None:
        error.retry_after = SECONDARY_WAIT
    ends_at = reset_of(headers) or math.ceil(time.time() + error.retry_after)
    shown = datetime.fromtimestamp(ends_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    error.message = f"{error.message.rstrip('.')}. It may be asked again from {shown}."
    return error


class GitHubConnection(JsonConnection, Connection):
    responseCls = GitHubReply  # noqa: N815 - libcloud's name

    def __init__(self, driver: Any, place: Place, token: str | None, timeout: float) -> None:
        super().__init__(secure=place.secure, host=place.host, port=place.port, timeout=timeout)
        self.driver, self._token = driver, token

    def add_default_headers(self, headers: dict[str, str]) -> dict[str, str]:
        sent = {
            "Accept": "application/vnd.github+json",
            "Content-Type": "application/json",
            "X-GitHub-Api-Version": VERSION,
        }
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        return headers | sent


class GitHubDriver(BaseDriver):
    """Building one asks nothing."""

    name = "GitHub"

    def __init__(self, credentials: Values, _region: str, timeout: float) -> None:
        self.place = place_of(credentials)
        self.token: str | None = credentials.get("token") or None
        self.owner: str | None = credentials.get("owner") or None
        self.connection = GitHubConnection(self, self.place, self.token, timeout)

    def path(self, path: str) -> str:
        """The path at this server. ``path``: as in the reference of the REST API."""
        return f"{self.place.rest}{path}"

    def query(self, document: str, **variables: Any) -> Answer:
        """The answer to a document of ``queries``.

        Raises ProviderError for an answer without data, and for a rate limit.
        """
        if self.token is None:
            message = "GitHub answers this only to an account with a token."
            raise ProviderError(Code.NOT_SUPPORTED, message)
        # On one line: the transport then recognizes a query, which only reads, and a mutation.
        text = json.dumps({"query": " ".join(document.split()), "variables": variables})
        reply = reply_to(self.connection, self.place.graphql, method="POST", data=text)
        body = reply.object
        if not isinstance(body, dict):
            raise MalformedResponseError("The answer to a query is no object.")
        errors = _errors_of(body, reply.headers)
        limit = next((one for one in errors if one.error.code is Code.RATE_LIMITED), None)
        if limit is not None or (errors and not body.get("data")):
            raise (limit or errors[0]).error
        return Answer(part(body, "data", dict), errors)


def _errors_of(body: Mapping[str, Any], headers: Mapping[str, str]) -> tuple[FieldError, ...]:
    """They come with status 200. A secondary limit may come as the REST API's ``message`` does:
    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    """
    found = optional_list(body, "errors")
    if not found and "data" not in body and body.get("message"):
        found = [{"message": body["message"]}]
    return tuple(_field_error(one if isinstance(one, dict) else {}, headers) for one in found)


def _field_error(one: Mapping[str, Any], headers: Mapping[str, str]) -> FieldError:
    word, message = str(one.get("type") or ""), str(one.get("message") or UNEXPLAINED)
    error = error_of_status(OK, message, headers, TYPES.get(word), word)
    error.is_worded = bool(word)
    classify(error, REFUSALS)
    path = one.get("path")
    place = tuple(path) if isinstance(path, list) else ()
    # An error at a mutation's one field refuses it. A deeper error is about something already done.
    error.was_not_done = word in TYPES and len(place) <= 1
    return FieldError(place, limited(error, headers))
