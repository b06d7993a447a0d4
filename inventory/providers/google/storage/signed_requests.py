"""Requests that are signed here and sent by somebody else: an upload by a form, a download.

The signature is made from the key of the service account alone; the store is not asked. It is good
until it expires, after seven days at most, and as long as the account may do what it names.
libcloud's driver signs nothing.
"""

from datetime import UTC, datetime
from typing import Any

from gateway.core.http.upload_forms import REDIRECT
from inventory.providers.google.storage.objects import split_object_id
from inventory.providers.google.storage.signatures import Signer, signed_address, signed_form
from inventory.providers.store_rules import attachment
from inventory.providers.table import does
from inventory.records.stored_object import SignedRequest

CONTENT_TYPE = "content-type"
# "HTTP headers and query string parameters for XML API", docs.cloud.google.com/storage/docs
DISPOSITION = "response-content-disposition"


@does("objects", "sign_upload", permissions="storage.objects.create")
def sign_upload(
    driver: Any,
    external_id: str,
    *,
    seconds: int,
    most: int,
    content_type: str | None,
    redirect: str | None = None,
) -> SignedRequest:
    """``most``: the largest size in bytes, which the store enforces. ``redirect``: where it sends
    the browser after the upload; without it, it answers 204.

    Each field of a form must be in its policy. So a form without a type has no such field.
    """
    given = {CONTENT_TYPE: content_type, REDIRECT: redirect}
    fields = {name: value for name, value in given.items() if value}
    limit = ["content-length-range", 0, most]
    names = split_object_id(external_id)
    url, form = signed_form(_signer(driver), names, seconds, fields, [limit])
    return SignedRequest(url=url, method="POST", fields=tuple(form.items()))


@does("objects", "sign_download", permissions="storage.objects.get")
def sign_download(driver: Any, external_id: str, *, seconds: int) -> SignedRequest:
    names = split_object_id(external_id)
    more = {DISPOSITION: attachment(names[1])}
    return SignedRequest(signed_address(_signer(driver), "GET", names, seconds, more), "GET")


def _signer(driver: Any) -> Signer:
    return Signer(driver.account, datetime.now(UTC))
