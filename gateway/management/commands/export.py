"""manage.py export: a list or an aggregate into a file, as ``/export/…`` answers it."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gateway.core.errors import ExpectedError, RateLimited
from gateway.core.graphql.context import Context
from gateway.core.text import printable
from gateway.exports.export import Export
from gateway.exports.formats import FORMATS
from gateway.exports.names import exportables
from gateway.exports.requests import wanted_of
from gateway.exports.summary import Summary
from gateway.schema import export_executor

HELP = """Export a list or an aggregate: CSV, JSON lines, or Parquet with the extra of that name.
The arguments are those of the GraphQL field, as JSON. The exit code is 3 if the file is not
complete; the sources that are missing are named on standard error.
Example: ./manage.py export volumes --filter '{"state": ["AVAILABLE"]}' --output volumes.csv"""
INCOMPLETE = 3
ARGUMENTS = {
    "filter": "as JSON, as filter takes it",
    "orderBy": "as JSON, as orderBy takes it",
    "groupBy": "of an aggregate: as JSON, as groupBy takes it",
    "at": "the time that it is about; absent: now",
    "maxAge": "how old the answer may be, in seconds; 0 asks the clouds now",
    "fields": "names of fields, with commas between, as name,provider.name,tags",
}


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("resource", help=f"one of {', '.join(exportables())}")
        parser.add_argument("--format", choices=FORMATS, help="absent: by the file's name, or csv")
        for name, text in ARGUMENTS.items():
            flag = "".join(f"-{one.lower()}" if one.isupper() else one for one in name)
            parser.add_argument(f"--{flag}", dest=name, help=text)
        parser.add_argument("--trailer", choices=("true", "false"), help="whether the file ends so")
        parser.add_argument("--formulas", choices=("true", "false"), help="leave texts as they are")
        parser.add_argument("--output", metavar="FILE", help="absent, or -: standard output")
        parser.add_argument("--user", metavar="NAME", help="absent: the only superuser")

    def handle(
        self,
        *_args: Any,
        resource: str,
        format: str | None,  # noqa: A002 - the option's name
        output: str | None,
        user: str | None,
        **options: Any,
    ) -> None:
        path = None if output in (None, "-") else Path(str(output))
        named = path.suffix.removeprefix(".") if path is not None else ""
        form = format or (named if named in FORMATS else "csv")
        names = (*ARGUMENTS, "trailer", "formulas")
        given = {name: [options[name]] for name in names if options[name] is not None}
        who = _user(user)
        try:
            export = Export(export_executor, wanted_of(resource, form, given), lambda: Context(who))
            with _opened(path, sys.stdout.buffer) as file:
                for part in _parts(export):
                    file.write(part)
        except ExpectedError as error:
            raise CommandError(printable(f"{error.code}: {error.message}")) from None
        except OSError as error:
            raise CommandError(f"{path or 'Output'} cannot be written: {error.strerror}.") from None
        self._report(export.summary)

    def _report(self, summary: Summary) -> None:
        self.stderr.write(f"{summary.rows} rows.")
        for one in summary.missing:
            reason = one["error"]["message"] if one["error"] else one["status"]
            place = f"{one['provider']['name']}, {one['region']}, {one['resource']}"
            self.stderr.write(printable(f"Missing or old: {place}: {reason}"))
        if not summary.is_whole:
            lost = summary.listed - summary.rows
            self.stderr.write(f"{lost} objects were gone before they were read.")
            self.stderr.write(f"{summary.cuts} lists in objects have more than is shown.")
        if not summary.complete:
            sys.exit(INCOMPLETE)


def _user(name: str | None) -> Any:
    """Raises CommandError."""
    users = get_user_model().objects.filter(is_active=True)
    if name is not None:
        found = users.filter(username=name).first()
        if found is None:
            raise CommandError(f"There is no active user {name!r}.")
        return found
    superusers = list(users.filter(is_superuser=True)[:2])
    if len(superusers) != 1:
        raise CommandError("Name the user whose rights count: --user NAME.")
    return superusers[0]


@contextmanager
def _opened(path: Path | None, standard: IO[bytes]) -> Iterator[IO[bytes]]:
    """A file beside ``path``, which takes its place when all is written.

    A device or a pipe, as /dev/stdout, is written to itself.
    """
    if path is None:
        yield standard
        standard.flush()
        return
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _parts(export: Export) -> Iterator[bytes]:
    """The bytes of the file. When a budget is spent, it waits until that has refilled."""
    _patiently(export.begin)
    yield export.format.begin()
    while not export.is_done:
        yield _patiently(export.next_page)
    yield export.end()


def _patiently(call: Any) -> Any:
    while True:
        try:
            return call()
        except RateLimited as limited:
            time.sleep(limited.retry_after)
