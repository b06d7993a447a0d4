"""The address of an account's GitHub, and the paths of its APIs.

=====================  =========================  ===========  ============
GitHub                 server                     REST         GraphQL
=====================  =========================  ===========  ============
github.com             api.github.com             /            /graphql
with data residency    api.SUBDOMAIN.ghe.com      /            /graphql
Enterprise Server      its own                    /api/v3      /api/graphql
=====================  =========================  ===========  ============

- https://docs.github.com/en/graphql/guides/forming-calls-with-graphql#the-graphql-endpoint
- https://docs.github.com/en/enterprise-server/graphql/guides/forming-calls-with-graphql
- https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency/about-github-enterprise-cloud-with-data-residency
"""

import re
from dataclasses import dataclass

from gateway.core.http.urls import split_url
from inventory.providers.credential import DEFAULT_PORTS, CredentialProblem
from inventory.providers.kind import Values

HOSTED = "github.com"
# Letters, digits and single hyphens; of managed users an underscore and a short code at the end:
# https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication
LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:_[A-Za-z0-9]{1,40})?")
RESIDENT = re.compile(r"(?:api\.)?([a-z0-9-]+\.ghe\.com)", re.IGNORECASE)
REST, GRAPHQL = "/api/v3", "/api/graphql"  # of a GitHub Enterprise Server


@dataclass(frozen=True, slots=True)
class Place:
    """``web``: the host of the addresses that people open. ``rest``: what REST paths begin with."""

    host: str
    port: int
    secure: bool
    web: str
    rest: str = ""
    graphql: str = "/graphql"


def place_of(credentials: Values) -> Place:
    """``endpoint_url`` may be the address of the pages, or of either API; absent: github.com.

    Raises CredentialProblem for one that is none of http.
    """
    parts = split_url(credentials.get("endpoint_url") or f"https://{HOSTED}")
    if parts.scheme not in DEFAULT_PORTS:
        raise CredentialProblem("endpoint_url", "must begin with https:// or http://.")
    host = (parts.hostname or "").lower()
    secure = parts.scheme == "https"
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    if host.removeprefix("api.") == HOSTED:
        return Place(f"api.{HOSTED}", port, secure, HOSTED)
    if resident := RESIDENT.fullmatch(host):
        return Place(f"api.{resident[1]}", port, secure, resident[1])
    prefix = parts.path.removesuffix(REST).removesuffix(GRAPHQL)
    named = f"[{host}]" if ":" in host else host
    return Place(named, port, secure, host, f"{prefix}{REST}", f"{prefix}{GRAPHQL}")


def with_one_spelling(credentials: Values) -> Values:
    """The values that are compared: a server is the same by its pages and by its APIs."""
    place = place_of(credentials)
    shown = f"{place.host}:{place.port}{place.rest}"
    return {**credentials, "endpoint_url": shown, "owner": (credentials.get("owner") or "").lower()}
