"""``export``: a list or an aggregate into a file, by the gateway's ``/export/…``."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated, Any

import httpx
import typer

from gateway_client import Gateway, GraphQLClientHttpError
from gateway_client.addresses import export_address

from .connection import connect
from .exits import INCOMPLETE, REFUSED, refuse
from .files import written
from .output import note, visible

BLOCK = 1 << 16
SECONDS = 300.0  # in which nothing comes: a budget that is spent refills
BROKEN = "The export broke off before it was complete, and no file was written. Try again."
Json = Annotated[str | None, typer.Option(metavar="JSON")]


class ExportFormat(StrEnum):
    csv = "csv"
    jsonl = "jsonl"
    parquet = "parquet"


def export(
    context: typer.Context,
    resource: Annotated[
        str, typer.Argument(help="As virtualMachines, volumes or volumesAggregate.")
    ],
    format: Annotated[  # noqa: A002 - the option's name
        ExportFormat | None, typer.Option(help="By the file's name if absent, or else csv.")
    ] = None,
    filter: Json = None,  # noqa: A002 - the API's name
    order_by: Json = None,
    group_by: Json = None,
    fields: Annotated[
        str | None, typer.Option(help="Names with commas between, as name,provider.name,tags.")
    ] = None,
    at: Annotated[str | None, typer.Option(help="A time, as 2026-11-01T00:00:00Z.")] = None,
    max_age: Annotated[
        int | None, typer.Option(min=0, help="Seconds; 0 asks every cloud now.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file; standard output if absent.")
    ] = None,
) -> None:
    """Export a list or an aggregate. The exit code is 3 if a cloud did not answer.

    Example: gateway export virtualMachines --filter '{"state": ["RUNNING"]}' -o machines.csv
    """
    given = {
        "filter": filter,
        "orderBy": order_by,
        "groupBy": group_by,
        "fields": fields,
        "at": at,
        "maxAge": None if max_age is None else str(max_age),
    }
    form = format or form_of(output)
    parameters = {name: value for name, value in given.items() if value is not None}
    if form is not ExportFormat.parquet:
        parameters["trailer"] = "false"  # the headers say it, and a broken transfer is seen
    with connect(context) as gateway:
        headers = fetch(gateway, f"{resource}.{form}", parameters, output)
    report(headers)


def form_of(output: Path | None) -> ExportFormat:
    ending = output.suffix.removeprefix(".") if output is not None else ""
    return ExportFormat(ending) if ending in set(ExportFormat) else ExportFormat.csv


def fetch(
    gateway: Gateway, name: str, parameters: dict[str, str], output: Path | None
) -> httpx.Headers:
    """The headers of the answer, whose body is written. Raises CommandError if it breaks off."""
    address = export_address(gateway.url, name)
    stream = gateway.http.stream("GET", address, params=parameters, timeout=SECONDS)
    with stream as answer:
        if answer.is_error:
            answer.read()
            raise GraphQLClientHttpError(status_code=answer.status_code, response=answer)
        try:
            with opened(output) as file, progress(answer.headers) as bar:
                for block in answer.iter_bytes(BLOCK):
                    file.write(block)
                    bar.update(block.count(b"\n"))
        except httpx.RemoteProtocolError:
            refuse(BROKEN, REFUSED)
        return answer.headers


@contextmanager
def opened(output: Path | None) -> Iterator[IO[bytes]]:
    """``output``, which is written as a whole or not at all; None: standard output."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with written(output) as file:
        yield file


def progress(headers: httpx.Headers) -> Any:
    """A bar over the rows, by lines, on standard error."""
    rows = int(headers.get("X-Rows", 0))
    return typer.progressbar(length=max(rows, 1), label=f"{rows} rows", file=sys.stderr)


def report(headers: httpx.Headers) -> None:
    """Raises Exit with 3 for an incomplete export."""
    note(f"{headers.get('X-Rows', '?')} rows.")
    if headers.get("X-Complete") == "true":
        return
    note("Incomplete: objects may be missing or out of date.")
    for one in json.loads(headers.get("X-Missing-Sources", "[]")):
        note(visible(f"  {one['provider']}, {one['region']}, {one['resource']}: {one['code']}"))
    raise typer.Exit(INCOMPLETE)
