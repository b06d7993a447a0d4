"""Finds out which service answers at an ``auth_url`` whose sign-in failed: Keystone, or another.

Keystone shows a version document at its root and under /v3, and asks for no token there: "Versions"
in the Identity API v3 reference, docs.openstack.org/api-ref/identity/v3. A link in a document is
named in the message and never followed: the password would go to another address.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import requests

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.openstack.connections import AccountConnection
from inventory.providers.rest import OK, JsonConnection, JsonReply

MEDIA_TYPE = re.compile(r"application/vnd\.openstack\.([a-z-]+?)(?:-v\d[\d.]*)?(?:[+;]|$)")
KEYSTONE_V3 = re.compile(r"v3(\.|$)")
# keystonemiddleware, which stands before every service but Keystone, names its Keystone in a 401.
CHALLENGE = re.compile(r"Keystone uri=[\"'](https?://[\w.:/\[\]-]{1,200})[\"']")
UNAUTHORIZED = 401
BUSY, FAILURES = {408, 425, 429}, range(500, 600)


@dataclass(frozen=True, slots=True)
class Document:
    """One answer. ``body``: None if it is no JSON."""

    status: int
    text: str
    body: Any
    challenge: str | None

    @property
    def versions(self) -> list[Mapping[str, Any]]:
        """The versions in {"version": {…}}, {"versions": […]}, nova's {"choices": […]} below its
        root, and Keystone's {"versions": {"values": […]}}.
        """
        body = self.body if isinstance(self.body, dict) else {}
        found = body.get("versions") or body.get("choices") or [body.get("version")]
        found = found.get("values") if isinstance(found, dict) else found
        return [one for one in found or [] if isinstance(one, dict)]

    @property
    def identity(self) -> list[Mapping[str, Any]]:
        """The versions that are Keystone's."""
        keystones = isinstance(self.body, dict) and isinstance(self.body.get("versions"), dict)
        return [one for one in self.versions if keystones or "identity" in _services(one)]

    @property
    def kind(self) -> str:
        if not self.text:
            return "an empty body"
        if self.text.startswith("<"):
            return "a web page"
        return "another text" if self.body is None else "other JSON"


class AnyReply(JsonReply):
    """A reply of any status and any form."""

    def success(self) -> bool:
        return True

    def parse_body(self) -> Any:
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


class DiscoveryConnection(JsonConnection, AccountConnection):
    responseCls = AnyReply  # noqa: N815 - libcloud's name


def require_keystone(connection: Any, url: str, failed: str | None) -> None:
    """Raises ProviderError, which is final, if ``url`` is certainly no Keystone v3.

    ``failed``: how the sign-in was answered, if not in Keystone's form. A refusal in its form may
    come from any service of OpenStack; then only another service's document says that it is none.
    """
    try:
        documents = [_document(connection, path) for path in ("/v3", "/")]
    except (ProviderError, requests.exceptions.RequestException, OSError):
        return
    if any(one.status in BUSY or one.status in FAILURES for one in documents):
        return
    under_v3, root = documents
    if any(KEYSTONE_V3.match(str(one.get("id"))) for one in under_v3.identity):
        return
    reason = _reason(under_v3, root) or failed
    if reason is not None:
        message = f"auth_url is no address of Keystone v3: {url} {reason}."
        raise ProviderError(ProviderErrorCode.INVALID_REQUEST, message, retryable=False)


def _reason(under_v3: Document, root: Document) -> str | None:
    """The reason that the documents give; None if they are no version documents."""
    known = [*under_v3.identity, *root.identity]
    if known:
        return _other_address(known) or "offers another version of the Identity API only"
    for document in (under_v3, root):
        if services := {service for one in document.versions for service in _services(one)}:
            return f"is the {', '.join(sorted(services))} service"
        if document.versions:
            return "is another service of OpenStack"
    challenge = under_v3.challenge or root.challenge
    return f"is another service, whose Keystone is {challenge}" if challenge else None


def _other_address(identity: list[Mapping[str, Any]]) -> str | None:
    for version in identity:
        if KEYSTONE_V3.match(str(version.get("id"))):
            links = version.get("links")
            hrefs = [one.get("href") for one in links or [] if isinstance(one, dict)]
            named = next((str(href)[:200] for href in hrefs if href), None)
            return f"names {named} as its v3; give that address" if named else None
    return None


def _services(version: Mapping[str, Any]) -> Iterator[str]:
    types = version.get("media-types")
    for one in types if isinstance(types, list) else []:
        found = MEDIA_TYPE.match(str(one.get("type"))) if isinstance(one, dict) else None
        if found:
            yield found[1]


def _document(connection: Any, path: str) -> Document:
    reply = connection.request(path)
    challenge = CHALLENGE.match(reply.headers.get("www-authenticate", ""))
    return Document(
        status=int(reply.status),
        text=reply.body[:1],
        body=reply.object,
        challenge=challenge[1] if challenge and int(reply.status) == UNAUTHORIZED else None,
    )


def described(text: str, status: int) -> str:
    """The form of an answer, for a message."""
    document = Document(status=status, text=text[:1], body=None, challenge=None)
    kind = "other JSON" if text[:1] in {"{", "["} else document.kind
    return f"answers a sign-in with {kind}" + ("" if status in OK else f" and status {status}")
