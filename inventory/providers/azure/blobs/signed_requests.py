"""Requests that are signed here and sent by somebody else: user delegation signatures of Azure.

"Create a user delegation SAS": the HMAC of what the signature allows, by a key that Azure gives to
the service principal for at most seven days. The key of the storage account is never asked for: it
is good for everything in it, and many accounts do not take it.

An upload is a PUT: Azure has no form, and limits neither its size nor its type.
"""

import base64
import binascii
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from libcloud.common.types import MalformedResponseError

from inventory.providers.azure.blobs.accounts import ACCOUNTS
from inventory.providers.azure.blobs.objects import split_object_id
from inventory.providers.reading import UNEXPECTED_FORM
from inventory.providers.store_rules import attachment
from inventory.providers.table import does
from inventory.providers.task_secrets import secrets_in_use
from inventory.records.stored_object import SignedRequest

DELEGATION = f"{ACCOUNTS}/blobServices/generateUserDelegationKey/action"
VERSION = "2022-11-02"
MOMENT = "%Y-%m-%dT%H:%M:%SZ"
KEY_PARTS = ("SignedOid", "SignedTid", "SignedStart", "SignedExpiry", "SignedService")
WRITE, READ = "cw", "r"
CLOCKS = timedelta(minutes=5)  # that Azure's clock may be behind: "Best practices" of SAS


@does("objects", "sign_upload", permissions=DELEGATION)
def sign_upload(
    driver: Any,
    external_id: str,
    *,
    seconds: int,
    most: int,  # noqa: ARG001 - Azure's own largest; a smaller one is refused before
    content_type: str | None,
    redirect: str | None = None,  # noqa: ARG001 - refused before
) -> SignedRequest:
    headers = {"x-ms-blob-type": "BlockBlob"}
    headers |= {"Content-Type": content_type} if content_type else {}
    url = _signed(driver, external_id, WRITE, seconds)
    return SignedRequest(url, "PUT", headers=tuple(headers.items()))


@does("objects", "sign_download", permissions=DELEGATION)
def sign_download(driver: Any, external_id: str, *, seconds: int) -> SignedRequest:
    disposition = attachment(split_object_id(external_id)[2])
    return SignedRequest(_signed(driver, external_id, READ, seconds, disposition), "GET")


def _signed(
    driver: Any, external_id: str, allowed: str, seconds: int, disposition: str = ""
) -> str:
    """``disposition``: the header Content-Disposition of the reply; empty: that of the blob."""
    from inventory.providers.azure.blobs.store import host_of  # noqa: PLC0415 - of a driver

    account, container, key = split_object_id(external_id)
    now = datetime.now(UTC)
    ends_at = (now + timedelta(seconds=seconds)).strftime(MOMENT)
    parts, secret = _key(driver.storage, account, (now - CLOCKS).strftime(MOMENT), ends_at)
    oid, tid, key_start, key_end, service = parts
    signed = {
        "sp": allowed,
        "st": "",
        "se": ends_at,
        "resource": f"/blob/{account}/{container}/{key}",
        "skoid": oid,
        "sktid": tid,
        "skt": key_start,
        "ske": key_end,
        "sks": service,
        "skv": VERSION,
        **dict.fromkeys(("saoid", "suoid", "scid", "sip"), ""),
        "spr": "https",
        "sv": VERSION,
        "sr": "b",
        **dict.fromkeys(("snapshot", "ses", "rscc"), ""),
        "rscd": disposition,
        **dict.fromkeys(("rsce", "rscl", "rsct"), ""),
    }
    digest = hmac.new(secret, "\n".join(signed.values()).encode(), "sha256").digest()
    query = {name: value for name, value in signed.items() if value and name != "resource"}
    query["sig"] = base64.b64encode(digest).decode()
    words = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
    return f"https://{host_of(account)}/{container}/{quote(key, safe='/')}?{words}"


def _key(store: Any, account: str, start: str, end: str) -> tuple[list[str], bytes]:
    """The parts that name a new key, and the key: "Get User Delegation Key"."""
    order = f"<KeyInfo><Start>{start}</Start><Expiry>{end}</Expiry></KeyInfo>"
    query = {"restype": "service", "comp": "userdelegationkey"}
    found = store.document("UserDelegationKey", account, "/", query, order.encode())
    parts = [found.findtext(name) or "" for name in KEY_PARTS]
    value = found.findtext("Value") or ""
    secrets_in_use().extend([value])
    try:
        secret = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not secret or not all(parts):
        raise MalformedResponseError(f"{UNEXPECTED_FORM}: the key of a signature is missing.")
    return parts, secret
