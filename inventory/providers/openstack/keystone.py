"""Signing in at Keystone v3: a password or an application credential for a token and a catalogue.

Bodies from "Authentication and token management" in the Identity API v3 reference,
docs.openstack.org/api-ref/identity/v3.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from libcloud.common.types import MalformedResponseError

from inventory.providers import redirects
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.kind import Values
from inventory.providers.openstack.connections import AccountConnection
from inventory.providers.openstack.credentials import keystone_address
from inventory.providers.openstack.discovery import (
    DiscoveryConnection,
    described,
    require_keystone,
)
from inventory.providers.reading import Reading
from inventory.providers.rest import JsonConnection, JsonReply, part
from inventory.providers.token_cache import Grant, SignIn

ID = re.compile(r"[0-9a-f]{32}|default")  # of a project or a domain; anything else is a name
# Statuses of a server that has no such address, or takes no POST there; nova's is 300.
OTHER_FORMS = {300, 400, 404, 405, 406, 410, 501}
TOKEN_HEADER = "x-subject-token"  # noqa: S105 - a header's name


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``catalogue``: as JSON, so that the cached value cannot be changed. ``roles``: their names.
    ``project_id``: empty for a token without a project.
    """

    token: str = field(repr=False)
    catalogue: str
    roles: tuple[str, ...] = ()
    project_id: str = ""


class OtherForm(Exception):
    """A sign-in was not answered in Keystone's form. The text says how it was answered."""


class KeystoneReply(JsonReply):
    """``{"error": {"title": …, "message": …}}``.

    Keystone answers 404 for an application credential, a user or a trust that was deleted:
    "Could not find Application Credential: …".
    """

    codes: ClassVar = {
        "Unauthorized": ProviderErrorCode.INVALID_CREDENTIALS,
        "Not Found": ProviderErrorCode.INVALID_CREDENTIALS,
    }

    def complaint(self, body: Any) -> tuple[str, str]:
        return body["error"]["title"], body["error"]["message"]

    def parse_error(self) -> Any:
        if int(self.status) in OTHER_FORMS and not self._has_a_form():
            raise OtherForm(described(self.body, int(self.status)))
        return super().parse_error()

    def parse_body(self) -> Any:
        try:
            body = super().parse_body()
        except MalformedResponseError:
            body = None
        token = body.get("token") if isinstance(body, dict) else None
        if not isinstance(token, dict):
            raise OtherForm(described(self.body, int(self.status)))
        return body

    def _has_a_form(self) -> bool:
        try:
            self.complaint(json.loads(self.body))
        except (ValueError, LookupError, TypeError):
            return False
        return True


class KeystoneConnection(JsonConnection, AccountConnection):
    responseCls = KeystoneReply  # noqa: N815 - libcloud's name

    def add_default_headers(self, headers: dict[str, str]) -> dict[str, str]:
        return headers | {"Content-Type": "application/json"}


def sign_in(credentials: Values, timeout: float) -> SignIn:
    url = keystone_address(credentials["auth_url"])
    body = json.dumps({"auth": _auth(credentials)}, sort_keys=True)

    def ask() -> Grant:
        try:
            return _grant(KeystoneConnection(credentials, url=url, timeout=timeout), body)
        except OtherForm as other:
            _require_keystone(str(other))
            message = f"Keystone {other}."
            raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message) from None
        except redirects.LeavesOrigin as error:
            # The address is of the user's own choice, so another request has the same answer.
            message = f"auth_url is no address of Keystone v3: {url}. {error.message}"
            raise ProviderError(
                ProviderErrorCode.INVALID_REQUEST, message, retryable=False
            ) from None
        except ProviderError as error:
            if error.code is ProviderErrorCode.INVALID_CREDENTIALS:
                _require_keystone(None)
            raise

    def _require_keystone(failed: str | None) -> None:
        connection = DiscoveryConnection(credentials, url=url, timeout=timeout)
        require_keystone(connection, url, failed)

    return SignIn((url, body), ask, timeout)


def _grant(keystone: Any, body: str) -> Grant:
    reply = keystone.request("/v3/auth/tokens", data=body, method="POST")
    given = part(reply.object, "token", dict)
    try:
        ends_at = datetime.fromisoformat(part(given, "expires_at", str)).timestamp()
    except ValueError:
        raise MalformedResponseError("The token's 'expires_at' is no time.") from None
    token = part(reply.headers, TOKEN_HEADER, str)
    roles = tuple(str(role.get("name")) for role in given.get("roles") or ())
    project_id = Reading(given).text("project", "id") or ""
    catalogue = json.dumps(part(given, "catalog", list))
    return Grant(SignedIn(token, catalogue, roles, project_id), ends_at)


def _auth(credentials: Values) -> dict[str, Any]:
    if application := credentials.get("application_credential_id"):
        secret = credentials["application_credential_secret"]
        own = {"id": application, "secret": secret}
        # An application credential is of one project; a scope is not allowed.
        return {"identity": {"methods": ["application_credential"], "application_credential": own}}
    domain = credentials.get("domain") or "default"
    user: dict[str, Any] = {"password": credentials["password"]}
    if user_id := credentials.get("user_id"):
        user["id"] = user_id
    else:
        user |= {"name": credentials["username"], "domain": named(domain)}
    project = named(credentials["project"])
    if "name" in project:
        project["domain"] = named(credentials.get("project_domain") or domain)
    return {
        "identity": {"methods": ["password"], "password": {"user": user}},
        "scope": {"project": project},
    }


def named(text: str) -> dict[str, Any]:
    return {"id" if ID.fullmatch(text) else "name": text}
