"""The driver of one region of one account, at AWS or at an endpoint of one's own.

``ask`` and ``content`` are libcloud's connection, for DescribeInstances; ``call`` and ``entries``
are boto3's client, for everything else.
"""

from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any

from libcloud.common.types import MalformedResponseError

from gateway.core.http.urls import split_url
from inventory.providers.ec2.account_keys import keys_of
from inventory.providers.ec2.catalog import sizes_of
from inventory.providers.ec2.identities import identity_of
from inventory.providers.ec2.query import QueryDriver, document_of
from inventory.providers.ec2.regions import (
    AMAZONS_DOMAINS,
    AMAZONS_SCHEME,
    DEFAULT_REGION,
    amazon_host,
)
from inventory.providers.kind import Values
from inventory.providers.paging import each_page
from inventory.providers.reading import UNEXPECTED_FORM
from inventory.providers.s3.store import Store

NEXT_TOKEN = "NextToken"  # noqa: S105 - of a page
DOCUMENT = "Document"


class EC2Driver(QueryDriver):
    """Building one asks nothing, unless a role is to be assumed whose keys are not at hand.

    ``pinned``: the id of the very key pair that a job acts on.
    """

    pinned: str | None = None

    def __init__(self, credentials: Values, region: str, timeout: float) -> None:
        self.url = credentials.get("endpoint_url") or f"https://{amazon_host(region)}"
        endpoint = split_url(self.url)
        self.is_amazons = endpoint.scheme == AMAZONS_SCHEME and (endpoint.hostname or "").endswith(
            AMAZONS_DOMAINS
        )
        # OpenStack's EC2 API, Eucalyptus, moto and others take ClientToken without honouring it.
        self.is_vendors_endpoint = self.is_amazons
        # The names of images are cached for this account.
        self.account = (
            credentials.get("access_key_id") or identity_of(credentials),
            credentials.get("role_arn"),
            self.url,
            region,
        )
        self.keys = keys_of(credentials, region, timeout)
        super().__init__(self.keys, self.url, region, timeout)

    @staticmethod
    @cache
    def prepare() -> None:
        """Import boto3, and read its models and libcloud's tables of instance types.

        Clients that are made of them later take a few milliseconds.
        """
        from inventory.providers.boto.client import client_of  # noqa: PLC0415 - see client

        for service in ("ec2", "s3", "sts"):
            client_of(service, None, f"https://{amazon_host(DEFAULT_REGION)}", DEFAULT_REGION)
        sizes_of(DEFAULT_REGION)

    @cached_property
    def client(self) -> Any:
        # boto3 is imported when the first account is asked: see prepare.
        from inventory.providers.boto.client import client_of  # noqa: PLC0415

        client = client_of("ec2", self.keys, self.url, self.region_name)
        client.meta.events.register("before-parse.ec2.RunInstances", _keep_document)
        return client

    @cached_property
    def storage(self) -> Store:
        """S3 of the account; at an endpoint of one's own, S3 is asked there."""
        host = amazon_host(self.region_name, "s3") if self.is_amazons else ""
        return Store(
            self.keys,
            f"https://{host}" if host else self.url,
            self.region_name,
            is_amazons=self.is_amazons,
            has_regions=True,
            path_style=not self.is_amazons,
        )

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """One call of boto3's client. Raises ProviderError, and what ``sending`` raises."""
        from inventory.providers.boto.errors import mapped  # noqa: PLC0415 - see client

        with mapped():
            found: dict[str, Any] = getattr(self.client, operation)(**parameters)
        return found

    def entries(self, operation: str, name: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The entries of the list ``name``, of all pages. One that fails fails the listing.

        boto3's paginator follows the pages. ``each_page`` bounds them: the paginator sees a token
        that comes twice in a row, and follows two that lead to each other without end.
        """
        from inventory.providers.boto.errors import mapped  # noqa: PLC0415 - see client

        pages = iter(self.client.get_paginator(operation).paginate(**parameters))

        def read(_token: str | None) -> dict[str, Any]:
            with mapped():
                page: dict[str, Any] = next(pages)
            return page

        for page in each_page(read, _next_token):
            yield from entries_of(page, name)


def entries_of(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The list ``name``, which EC2 always sends. Raises MalformedResponseError without it."""
    found = answer.get(name)
    if not isinstance(found, list):
        raise MalformedResponseError(f"{UNEXPECTED_FORM}: the list {name} is missing.")
    return found


def _next_token(page: dict[str, Any]) -> str | None:
    """None if it is absent or empty. Raises MalformedResponseError if it cannot be read."""
    token = page.get(NEXT_TOKEN, "")
    if not isinstance(token, str):
        raise MalformedResponseError("The token of the next page cannot be read.")
    return token.strip() or None


def _keep_document(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
) -> None:
    """Beside boto3's answer the document, for the one parser of instances."""
    if response_dict["status_code"] < 300:  # noqa: PLR2004 - not a refusal
        customized_response_dict[DOCUMENT] = document_of(response_dict["body"])
