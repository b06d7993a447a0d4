"""A storage driver of libcloud, whose requests are answered by replies of a test.

The replies take the place of the server below ``BoundedAdapter``, so the whole path that a request
takes is tested, as in ``tests/inventory/providers/libcloud/recorded.py``.
"""

import io
from contextlib import contextmanager
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from inventory.providers import connect, get_kind
from tests.inventory.providers.libcloud.recorded import importable

SAMPLE_HOST = "https://store.example.org:8443"
OF_STORE = {"x-amz-request-id": "1", "content-type": "application/xml"}


def credentials_of(name):
    """Something for each field of the driver."""
    values = {"driver": name}
    for field in get_kind("libcloud", name).credentials[1:]:
        if field.url:
            values[field.name] = SAMPLE_HOST
        elif field.required:
            values[field.name] = f"sample-{field.name}"
    return values


@contextmanager
def answered(name, answer, region=None, timeout=10):
    """An account at the driver. ``answer(request)``: status, body and headers of each reply.

    Yields the account and the list of the requests.
    """
    kind = get_kind("libcloud", name)
    credentials = kind.clean_credentials(credentials_of(name))
    asked = []

    def send(adapter, request, **_options):
        asked.append(request)
        status, body, headers = answer(request)
        if request.method == "HEAD":  # no server sends a body then
            body = ""
        raw = HTTPResponse(
            body=io.BytesIO(body.encode() if isinstance(body, str) else body),
            headers=headers,
            status=status,
            reason="",
            preload_content=False,
            request_method=request.method,  # a HEAD has the length of a body that does not come
        )
        return adapter.build_response(request, raw)

    with (
        patch.object(HTTPAdapter, "send", send),
        connect(kind, credentials, region or kind.default_regions[0], timeout) as cloud,
    ):
        yield cloud, asked


def recordings(set_of_replies=None):
    """The answers of ``S3MockHttp`` of libcloud's own tests.

    ``set_of_replies``: libcloud's name of a set of them.
    """
    importable()
    from libcloud.test.storage.test_s3 import S3MockHttp  # noqa: PLC0415 - see importable

    mock = S3MockHttp()

    def answer(request):
        S3MockHttp.type = set_of_replies
        path = request.path_url
        status, body, headers, _reason = mock._get_request(
            request.method, path, request.body, dict(request.headers)
        )
        # Some of its replies have the headers of the request.
        of_request = {"host"} if request.method == "HEAD" else {"host", "content-length"}
        kept = {one: text for one, text in (headers or {}).items() if one.lower() not in of_request}
        body = (body or "") if request.method == "GET" else ""
        return int(status), body, OF_STORE | kept

    return answer


def query_of(request):
    return {name: one[0] for name, one in parse_qs(urlsplit(request.url).query).items()}
