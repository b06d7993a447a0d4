"""``buckets ls`` and ``buckets cp``."""

from pathlib import Path
from typing import Annotated

import typer

from gateway_client import Gateway
from gateway_client.generated.input_types import BucketFilter
from gateway_client.generated.list_buckets import ListBucketsBuckets, ListBucketsBucketsNodes

from .connection import connect
from .exits import INCOMPLETE, USAGE, refuse
from .output import Columns, Format, note, visible, write_rows
from .targets import failures, find_provider
from .transfers import download, upload

PAGE = 200
buckets = typer.Typer(help="Buckets, and the files in them.", no_args_is_help=True)
COLUMNS: Columns[ListBucketsBucketsNodes] = {
    "name": lambda one: one.name,
    "provider": lambda one: one.provider.name,
    "region": lambda one: one.region,
    "created": lambda one: one.created_at and f"{one.created_at:%Y-%m-%d}",
    "id": lambda one: one.id,
}
Provider = Annotated[
    str | None, typer.Option(help="Name or id, where several have a bucket of this name.")
]


@buckets.command("ls")
def list_some(
    context: typer.Context,
    place: Annotated[
        str | None, typer.Argument(metavar="[BUCKET[:PREFIX]]", help="All buckets if absent.")
    ] = None,
    provider: Provider = None,
    recursive: Annotated[
        bool, typer.Option("--recursive", "-r", help="All objects below the prefix.")
    ] = False,
    output: Annotated[
        Format, typer.Option("--output", "-o", help="Of buckets; objects are lines.")
    ] = Format.table,
) -> None:
    """List buckets, or the objects of one.

    Example: gateway buckets ls reports:2026/
    """
    with connect(context) as gateway:
        if place is None:
            list_buckets(gateway, provider, output)
        else:
            name, _, prefix = place.partition(":")
            list_objects(
                gateway, find_bucket(gateway, name, provider).id, prefix, recursive=recursive
            )


def list_buckets(gateway: Gateway, provider: str | None, output: Format) -> None:
    """Raises Exit with 3 after an incomplete list."""
    found, page = read_buckets(gateway, provider)
    write_rows(found, COLUMNS, output)
    if not page.complete:
        note("Incomplete: buckets may be missing.")
        for line in failures(page.sources):
            note(f"  {line}")
        raise typer.Exit(INCOMPLETE)


def read_buckets(
    gateway: Gateway, provider: str | None
) -> tuple[list[ListBucketsBucketsNodes], ListBucketsBuckets]:
    """All buckets, and the first page with its receipts."""
    wanted = BucketFilter()
    if provider:
        wanted.provider = [find_provider(gateway, provider).id]
    found: list[ListBucketsBucketsNodes] = []
    first: ListBucketsBuckets | None = None
    after: str | None = None
    while True:
        page = gateway.list_buckets(wanted, PAGE, after)
        if page is None:
            refuse("The gateway gave no answer.")
        first = first or page
        found += page.nodes
        after = page.page_info.end_cursor
        if not page.page_info.has_next_page:
            return found, first


def find_bucket(gateway: Gateway, name: str, provider: str | None) -> ListBucketsBucketsNodes:
    """The bucket of this name or id. Raises CommandError where none or several have it."""
    found, page = read_buckets(gateway, provider)
    matches = [one for one in found if name in (one.id, one.name)]
    if not matches:
        missing = "" if page.complete else "\n" + "\n".join(failures(page.sources))
        refuse(f"No bucket is named {name}.{missing}", 1 if page.complete else INCOMPLETE)
    if len(matches) > 1:
        owners = ", ".join(one.provider.name for one in matches)
        refuse(f"{len(matches)} buckets are named {name}: of {owners}. Choose by --provider.")
    return matches[0]


def list_objects(gateway: Gateway, bucket: str, prefix: str, *, recursive: bool) -> None:
    """Print a line for each object: size, time and key; prefixes stand with no size."""
    after: str | None = None
    while True:
        answer = gateway.list_objects(
            bucket, prefix or None, None if recursive else "/", PAGE, after
        )
        page = answer.objects if answer else None
        if page is None:
            refuse("The store gave no answer.")
        for name in page.prefixes:
            typer.echo(f"{'':>14}  {'':19}  {visible(name)}")
        for one in page.nodes:
            moment = f"{one.last_modified:%Y-%m-%d %H:%M:%S}" if one.last_modified else ""
            size = "" if one.size is None else f"{one.size:.0f}"
            typer.echo(f"{size:>14}  {moment:19}  {visible(one.key)}")
        after = page.page_info.end_cursor
        if not page.page_info.has_next_page:
            return


@buckets.command()
def cp(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="A file, or BUCKET:KEY.")],
    target: Annotated[str, typer.Argument(help="BUCKET:KEY, or a file or folder.")],
    provider: Provider = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
) -> None:
    """Copy a file to a bucket, or an object to a file. Write ./NAME for a file with a colon.

    Example: gateway buckets cp report.pdf reports:2026/report.pdf
    """
    if is_object(source) == is_object(target):
        refuse("One of the two is a file, and the other BUCKET:KEY.", USAGE)
    with connect(context) as gateway:
        if is_object(target):
            path = Path(source)
            if not path.is_file():
                refuse(f"{source} is not a file.", USAGE)
            name, _, key = target.partition(":")
            key = key + path.name if not key or key.endswith("/") else key
            upload(gateway, path, find_bucket(gateway, name, provider).id, key)
            note(f"Copied to {name}:{key}")
        else:
            name, _, key = source.partition(":")
            path = destination(target, key, force=force)
            download(gateway, find_bucket(gateway, name, provider).id, key, path)
            note(f"Copied to {path}")


def is_object(text: str) -> bool:
    """As scp has it: a colon before any slash."""
    return ":" in text.partition("/")[0]


def destination(target: str, key: str, *, force: bool) -> Path:
    """The file to write. Only the last segment of a key is used: no key leads out of the folder."""
    path = Path(target)
    if path.is_dir():
        name = key.rstrip("/").rpartition("/")[2]
        if name in ("", ".", ".."):
            refuse(f"{key} has no name for a file. Name the file.", USAGE)
        path = path / name
    if path.exists() and not force:
        refuse(f"{path} exists. --force overwrites it.", USAGE)
    return path
