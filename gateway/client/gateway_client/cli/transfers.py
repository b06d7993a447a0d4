"""Moves a file to or from a store, by a signed address. The bytes bypass the gateway."""

import mimetypes
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NoReturn, Protocol, cast

import httpx
import typer

from gateway_client import Gateway
from gateway_client.generated.input_types import CreateDownloadUrlInput, CreateUploadUrlInput

from .acting import refuse_with
from .exits import UNREACHABLE, refuse
from .files import written
from .output import visible

BLOCK = 1 << 16
SHOWN = 500  # characters of a refusal
CODE_AND_MESSAGE = re.compile(r"<Code>([^<]*)</Code>\s*<Message>([^<]*)</Message>")
TIMEOUT = httpx.Timeout(60)


class Progress(Protocol):
    def update(self, n_steps: int) -> None: ...


class Counted:
    """A file that moves a progress bar as it is read."""

    def __init__(self, file: IO[bytes], bar: Progress) -> None:
        self.file, self.bar = file, bar

    def read(self, size: int = -1) -> bytes:
        block = self.file.read(size)
        self.bar.update(len(block))
        return block

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


def upload(gateway: Gateway, path: Path, bucket: str, key: str) -> None:
    """Raises CommandError if the gateway signs nothing, or the store refuses."""
    size = path.stat().st_size
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    order = CreateUploadUrlInput(
        bucket=bucket, key=key, maxSize=float(max(size, 1)), contentType=kind
    )
    signed = gateway.sign_upload(order)
    if signed is not None and any(one.field == "maxSize" for one in signed.errors):
        order.max_size = None  # the store cannot limit it
        signed = gateway.sign_upload(order)
    if signed is None or signed.url is None:
        refuse_with(signed.errors if signed else [])
    fields = {field.name: field.value for field in signed.fields}
    headers = {header.name: header.value for header in signed.headers}
    with path.open("rb") as file, shown(path.name, size) as bar, stores_errors():
        counted = cast("IO[bytes]", Counted(file, bar))
        if fields:
            answer = httpx.post(
                signed.url, data=fields, files={"file": (path.name, counted, kind)}, timeout=TIMEOUT
            )
        else:
            sent = {**headers, "Content-Length": str(size)}
            blocks = iter(lambda: counted.read(BLOCK), b"")
            answer = httpx.put(signed.url, content=blocks, headers=sent, timeout=TIMEOUT)
    if answer.is_error:
        refuse_of_store(key, answer)


def download(gateway: Gateway, bucket: str, key: str, path: Path) -> None:
    """Writes beside ``path`` first, so that a broken download leaves no file under its name."""
    signed = gateway.sign_download(CreateDownloadUrlInput(bucket=bucket, key=key))
    if signed is None or signed.url is None:
        refuse_with(signed.errors if signed else [])
    headers = {header.name: header.value for header in signed.headers}
    with (
        stores_errors(),
        httpx.stream("GET", signed.url, headers=headers, timeout=TIMEOUT) as answer,
    ):
        if answer.is_error:
            answer.read()
            refuse_of_store(key, answer)
        with (
            written(path) as file,
            shown(path.name, int(answer.headers.get("Content-Length", 0))) as bar,
        ):
            for block in answer.iter_bytes(BLOCK):
                file.write(block)
                bar.update(len(block))


def refuse_of_store(key: str, answer: httpx.Response) -> NoReturn:
    """With the code and the message of S3's XML, where the store sends it."""
    said = CODE_AND_MESSAGE.search(answer.text)
    reason = f"{said[2]} ({said[1]})" if said else answer.text[:SHOWN]
    refuse(f"The store refused {key}: status {answer.status_code}. {visible(reason)}")


@contextmanager
def stores_errors() -> Iterator[None]:
    try:
        yield
    except httpx.TransportError as error:
        refuse(f"The store did not answer: {error}", UNREACHABLE)


def shown(name: str, size: int) -> Any:
    """A progress bar over ``size`` bytes, on standard error."""
    return typer.progressbar(length=size, label=visible(name), file=sys.stderr)
