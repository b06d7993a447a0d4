"""Clouds that speak JSON over HTTP: libcloud's connections, and replies that lose nothing.

libcloud's own classes of replies turn a refusal into whatever suits them: with Linode a missing
permission is a wrong password, elsewhere the status or Retry-After is lost, and an error that is
no JSON is a fault of the parser. Here the status, or the cloud's own word, identifies a refusal.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from libcloud.common.base import JsonResponse
from libcloud.common.types import MalformedResponseError

from inventory.providers.exceptions import ProviderError, ProviderErrorCode, error_of_status
from inventory.providers.identity import same_object
from inventory.providers.refusals import Refusal, classify
from inventory.providers.token_cache import SignIn

OK = range(200, 300)
ABSENT = {404, 410}
PLAIN = re.compile(r"[A-Za-z0-9_-]+")
OWN_PATH = re.compile(r"/[^/:]+(?:/|$)")  # of the server that the connection is to
NUL, UNKNOWN_CHARACTER = "\\u0000", "\\ufffd"  # as JSON spells them


class JsonReply(JsonResponse):
    """``refusals``: the kind's table. ``codes``: the words of a service that has no table.

    ``gone``: the API's word for an object that does not exist, where there is one: a 404 without it
    is another server's.
    """

    refusals: ClassVar[Sequence[Refusal]] = ()
    codes: ClassVar[Mapping[str, ProviderErrorCode]] = {}
    gone: ClassVar[str] = ""
    body: Any

    def success(self) -> bool:
        return int(self.status) in OK

    def parse_body(self) -> Any:
        """A label may hold a NUL, which not every database keeps: one is not to fail a list."""
        if NUL in self.body:
            self.body = self.body.replace(NUL, UNKNOWN_CHARACTER)
        return super().parse_body()

    def parse_error(self) -> Any:
        status = int(self.status)
        try:
            word, message = self._complaint_of_the_api(status)
        except (ValueError, LookupError, TypeError, AttributeError):
            # A proxy's page, maybe: it is not for it to say that the cloud has no such thing.
            code = ProviderErrorCode.PROVIDER_ERROR if status in ABSENT else None
            raise error_of_status(status, self.body, self.headers, code) from None
        text = f"{word}: {message}" if word else str(message)
        error = error_of_status(status, text, self.headers, self.codes.get(word), word)
        classify(error, self.refusals)  # before anybody takes a 404 for an object that is gone
        raise error

    def _complaint_of_the_api(self, status: int) -> tuple[str, str]:
        word, message = self.complaint(json.loads(self.body))
        if status in ABSENT and self.gone not in {"", word}:
            raise ValueError(word)
        return word, message

    def complaint(self, body: Any) -> tuple[str, str]:
        """The cloud's word for an error, and its sentence. May fail where the body has neither."""
        return str(body.get("id") or ""), body["message"]


class JsonConnection:
    """A mixin for libcloud's connections."""

    responseCls = JsonReply  # noqa: N815 - libcloud's name

    def encode_data(self, data: Any) -> str:
        return data if isinstance(data, str) else json.dumps(data)


class TokenConnection(JsonConnection):
    """A mixin for connections that send a token, which the cloud may take back before its time."""

    sign_in: SignIn
    _signed_in_anew = False
    _sent: Any = None  # the token of the latest request

    def add_default_headers(self, headers: dict[str, str]) -> dict[str, str]:
        given = {"Content-Type": "application/json", "Accept": "application/json"}
        self._sent = self.sign_in.value()
        return headers | given | self.token_header(self._sent)

    def token_header(self, token: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}"}

    def request(self, *args: Any, **options: Any) -> Any:
        try:
            return super().request(*args, **options)  # type: ignore[misc]
        except ProviderError as error:
            if error.code is not ProviderErrorCode.INVALID_CREDENTIALS or self._signed_in_anew:
                raise
        self._signed_in_anew = True
        self.sign_in.anew(self._sent)
        return super().request(*args, **options)  # type: ignore[misc]


def ask(
    connection: Any,
    path: str,
    *,
    method: str = "GET",
    data: Any = None,
    query: Any = None,
    **params: Any,
) -> dict[str, Any]:
    """One call, whose answer is an object. Raises MalformedResponseError for any other.

    ``query``: a mapping of parameters whose names are the server's own, as those of a link.
    ``params``: the others.
    """
    body = act(connection, path, method=method, data=data, query=query, **params)
    if not isinstance(body, dict):
        message = f"{method} {path} was answered with something else than an object."
        raise MalformedResponseError(message, driver=connection.driver)
    return body


def ask_list(connection: Any, path: str, **params: Any) -> list[Any]:
    """One call, whose answer is a list. Raises MalformedResponseError for any other."""
    body = act(connection, path, method="GET", **params)
    if not isinstance(body, list):
        message = f"GET {path} was answered with something else than a list."
        raise MalformedResponseError(message, driver=connection.driver)
    return body


def act(
    connection: Any,
    path: str,
    *,
    method: str = "POST",
    data: Any = None,
    query: Any = None,
    **params: Any,
) -> Any:
    """One call, whose answer may be empty. Raises as ``reply_to``."""
    return reply_to(connection, path, method=method, data=data, query=query, **params).object


def reply_to(
    connection: Any, path: str, *, method: str, data: Any = None, query: Any = None, **params: Any
) -> Any:
    """The response to one call: its ``headers``, in lower case, and ``object``, its body.

    Raises MalformedResponseError for a path that is none: it may be of an answer, and libcloud
    would send the request, with its credentials, to the address that it names.
    """
    if OWN_PATH.match(path) is None:
        raise MalformedResponseError("The cloud's answer names an address that is not followed.")
    asked = {**(query or {}), **params}
    return connection.request(path, params=asked, data=data, method=method)


def found_by_id(
    connection: Any, path: str, external_id: str, name: str | None = None
) -> dict[str, Any] | None:
    """The object with this id below ``path``, or None where the cloud says that there is none.

    ``name``: the field of the answer that has the object; None: the answer is the object. No
    request is sent for a text that cannot be an id.
    Raises MalformedResponseError for another object.
    """
    if PLAIN.fullmatch(external_id) is None:
        return None
    body = found(connection, f"{path}/{external_id}")
    if body is None:
        return None
    one: dict[str, Any] = body if name is None else part(body, name, dict)
    return same_object(one, external_id, "id")


def asked_by_id(
    connection: Any, path: str, external_id: str, name: str | None = None
) -> dict[str, Any]:
    """The object, as ``found_by_id``. Raises ProviderError NOT_FOUND if there is none."""
    body = ask(connection, f"{path}/{segment(external_id)}")
    one: dict[str, Any] = body if name is None else part(body, name, dict)
    return same_object(one, external_id, "id")


def found(connection: Any, path: str, **params: Any) -> dict[str, Any] | None:
    """The object at ``path``, or None where the cloud says that there is none."""
    try:
        return ask(connection, path, **params)
    except ProviderError as error:
        if error.code is ProviderErrorCode.NOT_FOUND:
            return None
        raise


def part(body: Mapping[str, Any], name: str, kind: type) -> Any:
    """The value of ``name`` in an answer. Raises MalformedResponseError if it is missing."""
    value = body.get(name)
    if not isinstance(value, kind):
        raise MalformedResponseError(f"The answer has no {name!r}.")
    return value


def optional_list(body: Mapping[str, Any], name: str) -> list[Any]:
    """The list called ``name``; an empty one if it is absent or null.

    Raises MalformedResponseError for anything else: a part of a list may have been lost.
    """
    return [] if body.get(name) is None else list(part(body, name, list))


def optional_text(body: Mapping[str, Any], name: str) -> str | None:
    """The text called ``name``; None if it is absent, null or empty.

    Raises MalformedResponseError for anything else.
    """
    return None if body.get(name) is None else str(part(body, name, str)) or None


def segment(external_id: str) -> str:
    """An id as one segment of a path. An empty id, or one of dots alone, becomes "-"."""
    return quote(external_id, safe="") if external_id.strip(".") else "-"
