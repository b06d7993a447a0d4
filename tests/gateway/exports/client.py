"""Exports of a process, called as the ASGI front calls them, and as a command does."""

import asyncio
import csv
import io
import json
from urllib.parse import quote, urlencode

from gateway.exports.export import Export
from gateway.exports.front import Exports
from gateway.exports.requests import wanted_of
from gateway.schema import export_executor
from gateway.streams.limits import StreamLimits
from tests.gateway.streams.client import SECONDS, scope_of


def make_exports(*, per_user=4, executor=export_executor):
    limits = StreamLimits(total=100, per_user=per_user, noun="exports")
    return Exports(executor, threads=8, limits=limits, most=100_000)


class Response:
    """An answer as it came. ``is_whole``: the last message of the response came."""

    def __init__(self):
        self.status = None
        self.headers = {}
        self.body = b""
        self.is_whole = False

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message["body"]
            self.is_whole = not message.get("more_body", False)

    @property
    def error(self):
        [error] = json.loads(self.body)["errors"]
        return {"message": error["message"], **error["extensions"]}

    @property
    def lines(self):
        return [json.loads(line) for line in self.body.splitlines()]

    @property
    def table(self):
        """Rows of CSV by their columns."""
        return list(csv.DictReader(io.StringIO(self.body.decode(), newline="")))

    @property
    def missing(self):
        return json.loads(self.headers.get("x-missing-sources", "[]"))


def address(name, **parameters):
    """``name``: with its ending. Parameters that are no texts are sent as JSON."""
    given = {
        key: one if isinstance(one, str) else json.dumps(one) for key, one in parameters.items()
    }
    return f"/export/{quote(name)}", urlencode(given)


async def fetched(
    exports, token, name, *, method="GET", headers=(), query=None, version="1.1", **parameters
):
    """The whole response. ``query``: the query string as it is. ``version``: of HTTP."""
    path, encoded = address(name, **parameters)
    scope = scope_of(
        method, token, headers=headers, query_string=encoded if query is None else query
    )
    scope |= {"path": path, "raw_path": path.encode(), "http_version": version}
    response, messages = Response(), [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        if not messages:
            await asyncio.Event().wait()
        return messages.pop()

    async with asyncio.timeout(SECONDS):
        await exports.serve(scope, receive, response.send)
    return response


def get(token, name, *, exports=None, **options):
    """The whole response, in an event loop of its own."""
    own = exports or make_exports()

    async def run():
        return await fetched(own, token, name, **options)

    try:
        return asyncio.run(run())
    finally:
        if exports is None:
            own.close()


def exported(contexts, name, form, **parameters):
    """An export as a command makes it: the bytes, and the export."""
    given = {
        key: [one if isinstance(one, str) else json.dumps(one)] for key, one in parameters.items()
    }
    export = Export(export_executor, wanted_of(name, form, given), contexts)
    export.begin()
    parts = [export.format.begin()]
    while not export.is_done:
        parts.append(export.next_page())
    parts.append(export.end())
    return b"".join(parts), export
