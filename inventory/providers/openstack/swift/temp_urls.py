"""Requests that are signed here and sent by somebody else: temporary URLs of Swift.

docs.openstack.org/swift/latest/middleware.html, "TempURL": the HMAC of the method, the expiry and
the path, by a key that the container or the account keeps. libcloud's method signs by SHA-1, which
newer clusters refuse, loses the scheme and the port of the address, and does not encode the key.

An upload is a PUT, not a form: with Swift's form, ``FormPOST``, the uploader chooses the end of the
key. A client with the address writes this very object; Swift limits neither its size nor its type.
"""

import hmac
import secrets
import time
from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.openstack.permissions import MEMBER
from inventory.providers.openstack.swift.objects import split_object_id
from inventory.providers.table import does
from inventory.providers.task_secrets import secrets_in_use
from inventory.records.stored_object import SignedRequest

TEMP_URL = "tempurl"  # of /info
DIGESTS = ("sha256", "sha512", "sha1")  # the first one that the cluster takes
OLD_DIGESTS = ("sha1",)  # of a cluster that names none: older than 2.14
CONTAINER_KEYS = ("x-container-meta-temp-url-key", "x-container-meta-temp-url-key-2")
ACCOUNT_KEYS = ("x-account-meta-temp-url-key", "x-account-meta-temp-url-key-2")
KEY_BYTES = 32
NOT_HERE = "This store does not say that it has temporary URLs for {method} (/info of the store)."
NO_KEY = "The key of the container for temporary URLs was set, and cannot be read."


@does("objects", "sign_upload", permissions=MEMBER)
def sign_upload(
    driver: Any,
    external_id: str,
    *,
    seconds: int,
    most: int,  # noqa: ARG001 - Swift's own largest; a smaller one is refused before
    content_type: str | None,
    redirect: str | None = None,  # noqa: ARG001 - refused before
) -> SignedRequest:
    headers = (("Content-Type", content_type),) if content_type else ()
    return SignedRequest(_signed(driver, external_id, "PUT", seconds), "PUT", headers=headers)


@does("objects", "sign_download", permissions=MEMBER)
def sign_download(driver: Any, external_id: str, *, seconds: int) -> SignedRequest:
    return SignedRequest(_signed(driver, external_id, "GET", seconds), "GET")


def _signed(driver: Any, external_id: str, method: str, seconds: int) -> str:
    store = driver.storage
    container, key = split_object_id(external_id)
    digest = _digest(store, method)
    secret = _key(store, container)
    expires = int(time.time()) + seconds
    path = f"{store.path}/{container}/{key}"
    signature = hmac.new(
        secret.encode(), f"{method}\n{expires}\n{path}".encode(), digest
    ).hexdigest()
    address = f"{store.base}{store.path}{store.action_of(container, key)}"
    return f"{address}?temp_url_sig={signature}&temp_url_expires={expires}"


def _digest(store: Any, method: str) -> str:
    """Raises NOT_SUPPORTED where the cluster does not say that it takes such requests."""
    found = store.features.get(TEMP_URL)
    if isinstance(found, dict) and method in (found.get("methods") or ()):
        taken = found.get("allowed_digests") or OLD_DIGESTS
        for digest in DIGESTS:
            if digest in taken:
                return digest
    message = NOT_HERE.format(method=method)
    raise ProviderError(ProviderErrorCode.NOT_SUPPORTED, message, retryable=False)


def _key(store: Any, container: str) -> str:
    """The container's key, else the account's. A container gets one of its own if there is neither.

    Raises PERMISSION_DENIED where the account may not set it.
    """
    action = store.action_of(container)
    found = _read(store, action, CONTAINER_KEYS) or _read(store, "", ACCOUNT_KEYS)
    if found is None:
        new = secrets.token_urlsafe(KEY_BYTES)
        secrets_in_use().extend([new])
        store.send("POST", action, {CONTAINER_KEYS[0]: new})
        found = _read(store, action, CONTAINER_KEYS)  # another request may have set one meanwhile
    if found is None:
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, NO_KEY, retryable=False)
    return found


def _read(store: Any, action: str, names: tuple[str, ...]) -> str | None:
    headers = store.send("HEAD", action, {}).headers
    found = next(filter(None, map(headers.get, names)), None)
    if found is not None:
        secrets_in_use().extend([found])
    return found
