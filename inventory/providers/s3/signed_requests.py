"""Requests that are signed here and sent by somebody else: an upload by a form, a download.

The signature is made from the keys alone; the store is not asked. It is good for what it names, as
the bucket, the key and the size, and until it expires: at most seven days, and no longer than
keys that end. docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

from gateway.core.http.upload_forms import REDIRECT
from inventory.providers.s3.objects import split_object_id
from inventory.providers.s3.store import Storing
from inventory.providers.store_rules import attachment
from inventory.providers.table import does
from inventory.records.stored_object import SignedRequest

CONTENT_TYPE = "Content-Type"


@does("objects", "sign_upload", permissions="s3:PutObject")
def sign_upload(
    driver: Storing,
    external_id: str,
    *,
    seconds: int,
    most: int,
    content_type: str | None,
    redirect: str | None = None,
) -> SignedRequest:
    """``most``: the largest size in bytes, which the store enforces. ``redirect``: where it sends
    the browser after the upload; without it, it answers 204.
    """
    bucket, key = split_object_id(external_id)
    conditions: list[object] = [["content-length-range", 0, most]]
    fields: dict[str, str] = {}
    if content_type:
        fields[CONTENT_TYPE] = content_type
        conditions.append({CONTENT_TYPE: content_type})
    else:
        conditions.append(["starts-with", f"${CONTENT_TYPE}", ""])
    if redirect:
        fields[REDIRECT] = redirect
        conditions.append({REDIRECT: redirect})
    made = driver.storage.client(key).generate_presigned_post(
        bucket, key, Fields=fields, Conditions=conditions, ExpiresIn=seconds
    )
    return SignedRequest(url=made["url"], method="POST", fields=tuple(made["fields"].items()))


@does("objects", "sign_download", permissions="s3:GetObject")
def sign_download(driver: Storing, external_id: str, *, seconds: int) -> SignedRequest:
    bucket, key = split_object_id(external_id)
    asked = {"Bucket": bucket, "Key": key, "ResponseContentDisposition": attachment(key)}
    url = driver.storage.client(key).generate_presigned_url(
        "get_object", Params=asked, ExpiresIn=seconds
    )
    return SignedRequest(url=url, method="GET")
